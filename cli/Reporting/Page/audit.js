// The audit: verdicts, effect against |credit|, correlations, and the effects themselves.

const METRICS = {
  canonical: ["canonical", "Canonical"],
  telescoped: ["telescoped", "Telescoped"],
  local: ["local", "Local"],
  "qr-chained": ["qrChained", "QR-chained"],
  "backward-det": ["backwardDet", "Backward det"],
  "operator-det": ["operatorDet", "Operator det"],
};

const CLAIMS = {
  CLAIM_IRREPLACEABILITY: ["Irreplaceability", "what is lost when a linear stand-in replaces a component"],
  CLAIM_SENSITIVITY: ["Sensitivity", "what a perturbation of a component's output does"],
};

const VERDICTS = {
  VERDICT_TRUSTED: ["trusted", "✓", "TRUSTED"],
  VERDICT_WEAK: ["weak", "~", "WEAK"],
  VERDICT_CONTRADICTED: ["contradicted", "✕", "CONTRADICTED"],
  VERDICT_TOO_FEW_COMPONENTS: ["few", "?", "TOO FEW TO TELL"],
};

const metricName = metric => (METRICS[metric] || [metric, metric])[1];

// From here on dots are small and unnumbered.
const MANY = 24;

const distinct = values => [...new Set(values)];

function badge(verdict) {
  const [style, sign, name] = VERDICTS[verdict] || ["few", "?", "NO VERDICT"];
  return el("span", { class: `badge ${style}` }, el("span", { "aria-hidden": "true" }, sign), name);
}

function verdictTable(audit) {
  const claims = distinct(audit.verdicts.map(verdict => verdict.claim));
  const head = [
    el("th", { scope: "col" }, "Metric"),
    ...claims.map(claim => el("th", { scope: "col" }, (CLAIMS[claim] || [claim])[0],
      el("span", { class: "sub" }, (CLAIMS[claim] || ["", ""])[1]))),
  ];
  const rows = distinct(audit.verdicts.map(verdict => verdict.metric)).map(metric =>
    el("tr", { class: metric === "canonical" ? "leading" : null },
      el("th", { scope: "row" }, metricName(metric)),
      claims.map(claim => verdictCell(audit.verdicts.find(v => v.metric === metric && v.claim === claim), claim))));
  return el("div", { class: "scroll" }, table("Verdicts by credit metric and claim", head, rows));
}

function verdictCell(verdict, claim) {
  const name = (CLAIMS[claim] || [claim])[0];
  if (!verdict) return el("td", { "data-claim": name }, MISSING);
  return el("td", { "data-claim": name }, badge(verdict.verdict), el("p", { class: "reason" }, prose(verdict.reason)));
}

// What a claim's interventions are: those its correlations name, the deciding one first.
function interventionsOf(audit, claim) {
  const deciding = audit.verdicts.filter(v => v.claim === claim && v.metric === "canonical").map(v => v.intervention);
  return distinct([...deciding, ...audit.correlations.filter(c => c.claim === claim).map(c => c.intervention)])
    .filter(name => audit.interventions.some(result => result.intervention === name));
}

function effectPanel(report, claim) {
  const audit = report.audit;
  const interventions = interventionsOf(audit, claim);
  if (!interventions.length) return null;
  const metrics = Object.keys(METRICS).filter(metric =>
    report.components.some(component => Number.isFinite(creditOf(component, METRICS[metric][0]))));
  if (!metrics.length) return null;
  const state = { metric: metrics[0], intervention: interventions[0] };
  const heading = el("h3");
  const node = el("div", { class: "figure" });
  const note = el("p", { class: "sub" });
  const select = (name, options, key, words) => {
    const control = el("select", { "aria-label": name }, options.map(option => el("option", { value: option }, words(option))));
    control.addEventListener("change", () => { state[key] = control.value; update(); });
    return control;
  };
  const panel = el("div", { class: "panel" }, heading,
    el("p", { class: "controls" },
      el("label", null, "effect of ", select("Intervention", interventions, "intervention", text => text)),
      el("label", null, "against ", select("Metric", metrics, "metric", text => `|${metricName(text)}|`))),
    node, note);
  let redraw = () => {};
  const update = () => {
    heading.textContent = effectTitle(audit, claim, state);
    note.textContent = effectNote(report, state);
    redraw();
  };
  const plot = () => {
    redraw = figure(node, `Scatter of intervention effect against absolute credit, ${(CLAIMS[claim] || [claim])[0]}`,
      (colors, width) => effectFigure(report, state, colors, width));
    update();
  };
  return { panel, plot };
}

function effectTitle(audit, claim, state) {
  const found = audit.correlations.find(c =>
    c.metric === state.metric && c.intervention === state.intervention && c.effect === "divergence");
  const name = (CLAIMS[claim] || [claim])[0];
  return found ? `${name}: Spearman ${fixed(num(found.spearman), 2)}, ${probability(num(found.pValue))}` : name;
}

function effectPoints(report, state) {
  return report.audit.interventions
    .filter(result => result.intervention === state.intervention)
    .map(result => {
      const component = report.components.find(candidate => candidate.index === result.component);
      return component && {
        component, x: Math.abs(creditOf(component, METRICS[state.metric][0])), y: num(result.divergence),
        error: num(result.standardError), drop: num(result.accuracyDrop),
      };
    })
    .filter(point => point && Number.isFinite(point.y));
}

function effectNote(report, state) {
  const missing = effectPoints(report, state).filter(point => !Number.isFinite(point.x)).length;
  return missing ? `${missing} of the components ${missing === 1 ? "has" : "have"} no defined credit and ${missing === 1 ? "is" : "are"} not drawn.` : "";
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

const scaledAxis = (colors, title, scale) => axis(colors, {
  title: `${title}${scale.log ? " (log)" : ""}`, type: scale.log ? "log" : "linear", range: scale.range, zeroline: false, ...scale.ticks,
});

function effectFigure(report, state, colors, width) {
  const points = effectPoints(report, state).filter(point => Number.isFinite(point.x));
  const height = Math.max(300, Math.min(420, 0.72 * width));
  const margin = { l: 58, r: 12, t: 8, b: 46 };
  if (!points.length) return { traces: [], layout: { height, margin, xaxis: axis(colors, {}), yaxis: axis(colors, {}) } };
  const [x, y] = [scaleFor(points.map(point => point.x)), scaleFor(points.map(point => point.y))];
  const many = points.length > MANY;
  const size = many ? 12 : 20;
  const dots = {
    type: "scatter", mode: many ? "markers" : "markers+text", name: "effects", x: points.map(p => p.x), y: points.map(p => p.y),
    text: points.map(point => String(point.component.index)), textfont: { color: colors.card, size: 11, weight: 700 },
    marker: { size, color: colors[state.metric === "telescoped" ? "telescoped" : "canonical"], line: { color: colors.card, width: 1 } },
    error_y: {
      type: "data", symmetric: false, array: points.map(p => p.error || 0),
      arrayminus: points.map(p => Math.min(p.error || 0, 0.95 * p.y)), color: colors.muted, thickness: 1.2, width: 3,
    },
    customdata: points.map(p => [plotText(label(p.component, 40)), small(p.x), small(p.y), percent(p.drop, 2)]),
    hovertemplate: "%{customdata[0]}<br>|credit| %{customdata[1]} nats<br>divergence %{customdata[2]}"
      + "<br>accuracy drop %{customdata[3]}<extra></extra>",
  };
  const box = { width: width - margin.l - margin.r, height: height - margin.t - margin.b };
  const unit = report.audit.divergence === "kl" ? "KL divergence, nats" : "relative MSE";
  return {
    traces: [dots, effectLabels(points, x, y, box, size, colors, many ? 8 : points.length)],
    layout: {
      height, margin,
      xaxis: scaledAxis(colors, `|${metricName(state.metric)}|, nats`, x),
      yaxis: scaledAxis(colors, unit, y),
    },
  };
}

// Names beside the dots of largest credit, each where it hides nothing; the others are left to the hover text.
function effectLabels(points, x, y, box, size, colors, most) {
  const along = (scale, value, length) => (length * (scale.to(value) - scale.range[0])) / (scale.range[1] - scale.range[0]);
  const centres = points.map(p => [along(x, p.x, box.width), box.height - along(y, p.y, box.height)]);
  const half = size / 2 + 1;
  const taken = centres.map(([cx, cy]) => [cx - half, cy - half, cx + half, cy + half]);
  const free = rect => rect[0] >= 0 && rect[1] >= 0 && rect[2] <= box.width && rect[3] <= box.height
    && taken.every(other => rect[2] <= other[0] || rect[0] >= other[2] || rect[3] <= other[1] || rect[1] >= other[3]);
  const least = [...points].map(point => point.x).sort((a, b) => b - a)[most - 1];
  const texts = points.map(() => "");
  const positions = points.map((point, i) => {
    const text = shorten(point.component.name, 18);
    if (point.x < least || !text) return "middle right";
    const [cx, cy] = centres[i];
    const [w, h] = [6.6 * text.length + 6, 15];
    const places = {
      "middle right": [cx + half, cy - h / 2], "middle left": [cx - half - w, cy - h / 2], "top center": [cx - w / 2, cy - half - h],
      "bottom center": [cx - w / 2, cy + half], "top right": [cx + half, cy - half - h], "top left": [cx - half - w, cy - half - h],
      "bottom right": [cx + half, cy + half], "bottom left": [cx - half - w, cy + half],
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
    type: "scatter", mode: "markers+text", name: "names", x: points.map(p => p.x), y: points.map(p => p.y), text: texts,
    textposition: positions, textfont: { color: colors.ink, size: 12 }, marker: { size, opacity: 0 }, hoverinfo: "skip",
  };
}

function heatCell(value, strength, kind, text, title) {
  const cell = el("td", { class: `heat ${kind}`, title }, text);
  if (Number.isFinite(value)) cell.style.setProperty("--strength", `${Math.round(100 * Math.min(1, Math.max(0, strength)))}%`);
  return cell;
}

function correlationTable(audit, effect) {
  const interventions = distinct(audit.correlations.map(c => c.intervention));
  const metrics = distinct(audit.correlations.map(c => c.metric));
  const head = [el("th", { scope: "col" }, "Spearman of |metric|"), ...interventions.map(name => el("th", { scope: "col", class: "heat" }, name))];
  const rows = metrics.map(metric => el("tr", null, el("th", { scope: "row" }, metricName(metric)), interventions.map(name => {
    const found = audit.correlations.find(c => c.metric === metric && c.intervention === name && c.effect === effect);
    if (!found) return el("td", { class: "heat" }, MISSING);
    const rho = num(found.spearman);
    const p = num(found.pValue);
    return heatCell(rho, 0.75 * Math.abs(rho), rho >= 0 ? "agree" : "oppose", `${fixed(rho, 2)}${p <= 0.05 ? " *" : ""}`,
      `Kendall ${fixed(num(found.kendall), 2)}, ${probability(p)}, ${found.components} components`);
  })));
  return table(`Spearman correlations of each metric with ${effect}`, head, rows);
}

function showCorrelations(audit) {
  if (!audit.correlations.length) return;
  const effects = distinct(audit.correlations.map(c => c.effect));
  const body = el("div", { class: "scroll" });
  const controls = el("div", { class: "switch", role: "group", "aria-label": "Effect" });
  const show = effect => body.replaceChildren(correlationTable(audit, effect));
  choose(controls, effects.map(effect => [effect, effect.replace("-", " ")]), effects[0], show);
  show(effects[0]);
  fill("correlations",
    el("div", { class: "section-head" }, el("h3", null, "Every metric against every intervention"), controls), body,
    el("p", { class: "sub" }, "* one-sided permutation p ≤ 0.05. Blue agrees, orange opposes; hover for Kendall τ and p."));
}

function showInterventions(report) {
  const audit = report.audit;
  const names = distinct(audit.interventions.map(result => result.intervention));
  if (!names.length) return;
  const most = Object.fromEntries(names.map(name => [name,
    Math.max(...audit.interventions.filter(r => r.intervention === name).map(r => num(r.divergence)).filter(Number.isFinite))]));
  const head = [el("th", { scope: "col" }, "Component"), ...names.map(name => el("th", { scope: "col", class: "heat" }, name))];
  const rows = report.components.map(component => el("tr", null, el("th", { scope: "row" }, label(component, 32)), names.map(name => {
    const result = audit.interventions.find(r => r.intervention === name && r.component === component.index);
    if (!result) return el("td", { class: "heat" }, MISSING);
    const divergence = num(result.divergence);
    const drop = num(result.accuracyDrop);
    const cell = heatCell(divergence, (0.75 * divergence) / most[name], "agree", small(divergence),
      `± ${small(num(result.standardError))} over ${result.draws} draw${result.draws === 1 ? "" : "s"}`);
    if (Number.isFinite(drop)) cell.append(el("span", { class: "sub" }, percent(drop, 2)));
    return cell;
  })));
  const unit = audit.divergence === "kl" ? "Kullback–Leibler divergence in nats" : "relative mean squared error";
  fill("interventions", el("details", null, el("summary", null, "What each intervention did to each component"),
    el("p", { class: "sub" }, `${unit} of the outputs against the intact network; below it, where labels were given, the accuracy lost.`),
    el("div", { class: "scroll" }, table("Effects of interventions", head, rows))));
}

function showAudit(report) {
  const audit = report.audit;
  if (!audit || audit.reasonAbsent || !audit.verdicts.length) {
    byId("audit-lead").textContent = "Nothing here checks the credits.";
    fill("verdicts", el("p", { class: "absent" }, (audit && audit.reasonAbsent) || "The run has no audit."));
    if (!audit || !audit.interventions.length) return;
  } else {
    byId("audit-lead").textContent =
      `Each component was replaced or perturbed in turn on ${count(audit.rows)} rows, and what that did to the output was `
      + "compared with what each credit metric had said. A credit predicts what it predicts: every claim is tested apart.";
    fill("verdicts", verdictTable(audit));
  }
  const claims = distinct(audit.correlations.map(c => c.claim).concat(audit.verdicts.map(v => v.claim)));
  const panels = claims.map(claim => effectPanel(report, claim)).filter(Boolean);
  fill("effects", panels.map(entry => entry.panel));
  panels.forEach(entry => entry.plot());
  showCorrelations(audit);
  showInterventions(report);
}
