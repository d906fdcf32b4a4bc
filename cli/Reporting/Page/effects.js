// The effect of an intervention against the absolute credit, one panel a claim.

// From here on dots are small and unnumbered.
const MANY = 24;

// What a claim's interventions are: those its correlations name, the deciding one first.
function interventionsOf(audit, claim) {
  const deciding = audit.verdicts.filter(v => v.claim === claim && v.metric === "canonical").map(v => v.intervention);
  return distinct([...deciding, ...audit.correlations.filter(c => c.claim === claim).map(c => c.intervention)]).filter(
    name => audit.interventions.some(result => result.intervention === name),
  );
}

function effectPanel(report, claim) {
  const audit = report.audit;
  const interventions = interventionsOf(audit, claim);
  if (!interventions.length) return null;
  const metrics = Object.keys(METRICS).filter(metric =>
    report.components.some(component => Number.isFinite(creditOf(component, METRICS[metric][0]))),
  );
  if (!metrics.length) return null;
  const state = { metric: metrics[0], intervention: interventions[0] };
  const heading = el("h3");
  const node = el("div", { class: "figure" });
  const note = el("p", { class: "sub" });
  const select = (name, options, key, words) => {
    const control = el(
      "select",
      { "aria-label": name },
      options.map(option => el("option", { value: option }, words(option))),
    );
    control.addEventListener("change", () => {
      state[key] = control.value;
      update();
    });
    return control;
  };
  const panel = el(
    "div",
    { class: "panel" },
    heading,
    el(
      "p",
      { class: "controls" },
      el(
        "label",
        null,
        "effect of ",
        select("Intervention", interventions, "intervention", text => text),
      ),
      el(
        "label",
        null,
        "against ",
        select("Metric", metrics, "metric", text => `|${metricName(text)}|`),
      ),
    ),
    node,
    note,
  );
  let redraw = () => {};
  const update = () => {
    heading.textContent = effectTitle(audit, claim, state);
    note.textContent = effectNote(report, state);
    redraw();
  };
  const plot = () => {
    redraw = figure(
      node,
      `Scatter of intervention effect against absolute credit, ${(CLAIMS[claim] || [claim])[0]}`,
      (colors, width) => effectFigure(report, state, colors, width),
    );
    update();
  };
  return { panel, plot };
}

function effectTitle(audit, claim, state) {
  const found = audit.correlations.find(
    c => c.metric === state.metric && c.intervention === state.intervention && c.effect === "divergence",
  );
  const name = (CLAIMS[claim] || [claim])[0];
  return found ? `${name}: Spearman ${fixed(num(found.spearman), 2)}, ${probability(num(found.pValue))}` : name;
}

function effectPoints(report, state) {
  return report.audit.interventions
    .filter(result => result.intervention === state.intervention)
    .map(result => {
      const component = report.components.find(candidate => candidate.index === result.component);
      return (
        component && {
          component,
          x: Math.abs(creditOf(component, METRICS[state.metric][0])),
          y: num(result.divergence),
          error: num(result.standardError),
          drop: num(result.accuracyDrop),
        }
      );
    })
    .filter(point => point && Number.isFinite(point.y));
}

function effectNote(report, state) {
  const missing = effectPoints(report, state).filter(point => !Number.isFinite(point.x)).length;
  if (!missing) return "";
  return missing === 1
    ? "One component has no defined credit and is not drawn."
    : `${missing} components have no defined credit and are not drawn.`;
}

// A logarithmic axis where a linear one would press most points into a corner; ranks are the same on both.
function scaleFor(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const log = sorted.length > 2 && sorted[0] > 0 && sorted.at(-1) > 8 * sorted[sorted.length >> 1];
  const to = log ? Math.log10 : value => value;
  const [low, high] = [log ? to(sorted[0]) : Math.min(0, sorted[0]), to(sorted.at(-1))];
  const room = 0.14 * (high - low || Math.abs(high) || 1);
  const span = high - low + 2 * room;
  const ticks = !log ? { nticks: 6 } : span > 1.5 ? { dtick: Math.ceil(span / 6), exponentformat: "power" } : {};
  return { log, to, range: [low - room, high + room], ticks };
}

const scaledAxis = (colors, title, scale) =>
  axis(colors, {
    title: `${title}${scale.log ? " (log)" : ""}`,
    type: scale.log ? "log" : "linear",
    range: scale.range,
    zeroline: false,
    ...scale.ticks,
  });

function effectFigure(report, state, colors, width) {
  const points = effectPoints(report, state).filter(point => Number.isFinite(point.x));
  const height = Math.max(300, Math.min(420, 0.72 * width));
  const margin = { l: 58, r: 12, t: 8, b: 46 };
  if (!points.length)
    return { traces: [], layout: { height, margin, xaxis: axis(colors, {}), yaxis: axis(colors, {}) } };
  const [x, y] = [scaleFor(points.map(point => point.x)), scaleFor(points.map(point => point.y))];
  const many = points.length > MANY;
  const size = many ? 12 : 20;
  const dots = {
    type: "scatter",
    mode: many ? "markers" : "markers+text",
    name: "effects",
    x: points.map(p => p.x),
    y: points.map(p => p.y),
    text: points.map(point => String(point.component.index)),
    textfont: { color: colors.card, size: 11, weight: 700 },
    marker: {
      size,
      color: colors[state.metric === "telescoped" ? "telescoped" : "canonical"],
      line: { color: colors.card, width: 1 },
    },
    error_y: {
      type: "data",
      symmetric: false,
      array: points.map(p => p.error || 0),
      arrayminus: points.map(p => Math.min(p.error || 0, 0.95 * p.y)),
      color: colors.muted,
      thickness: 1.2,
      width: 3,
    },
    customdata: points.map(p => [plotText(label(p.component, 40)), small(p.x), small(p.y), percent(p.drop, 2)]),
    hovertemplate:
      "%{customdata[0]}<br>|credit| %{customdata[1]} nats<br>divergence %{customdata[2]}" +
      "<br>accuracy drop %{customdata[3]}<extra></extra>",
  };
  const box = { width: width - margin.l - margin.r, height: height - margin.t - margin.b };
  const unit = report.audit.divergence === "kl" ? "KL divergence, nats" : "relative MSE";
  return {
    traces: [dots, effectLabels(points, x, y, box, size, colors, many ? 8 : points.length)],
    layout: {
      height,
      margin,
      xaxis: scaledAxis(colors, `|${metricName(state.metric)}|, nats`, x),
      yaxis: scaledAxis(colors, unit, y),
    },
  };
}

// Names beside the dots of largest credit, each where it hides nothing; the others are left to the hover text.
function effectLabels(points, x, y, box, size, colors, most) {
  const along = (scale, value, length) =>
    (length * (scale.to(value) - scale.range[0])) / (scale.range[1] - scale.range[0]);
  const centres = points.map(p => [along(x, p.x, box.width), box.height - along(y, p.y, box.height)]);
  const half = size / 2 + 1;
  const taken = centres.map(([cx, cy]) => [cx - half, cy - half, cx + half, cy + half]);
  const free = rect =>
    rect[0] >= 0 &&
    rect[1] >= 0 &&
    rect[2] <= box.width &&
    rect[3] <= box.height &&
    taken.every(other => rect[2] <= other[0] || rect[0] >= other[2] || rect[3] <= other[1] || rect[1] >= other[3]);
  const least = [...points].map(point => point.x).sort((a, b) => b - a)[most - 1];
  const texts = points.map(() => "");
  const positions = points.map((point, i) => {
    const text = shorten(point.component.name, 18);
    if (point.x < least || !text) return "middle right";
    const [cx, cy] = centres[i];
    const [w, h] = [6.6 * text.length + 6, 15];
    const places = {
      "middle right": [cx + half, cy - h / 2],
      "middle left": [cx - half - w, cy - h / 2],
      "top center": [cx - w / 2, cy - half - h],
      "bottom center": [cx - w / 2, cy + half],
      "top right": [cx + half, cy - half - h],
      "top left": [cx - half - w, cy - half - h],
      "bottom right": [cx + half, cy + half],
      "bottom left": [cx - half - w, cy + half],
    };
    for (const [name, [left, top]] of Object.entries(places)) {
      const rect = [left, top, left + w, top + h];
      if (!free(rect)) continue;
      taken.push(rect);
      texts[i] = plotText(text);
      return name;
    }
    return "middle right";
  });
  return {
    type: "scatter",
    mode: "markers+text",
    name: "names",
    x: points.map(p => p.x),
    y: points.map(p => p.y),
    text: texts,
    textposition: positions,
    textfont: { color: colors.ink, size: 12 },
    marker: { size, opacity: 0 },
    hoverinfo: "skip",
  };
}
