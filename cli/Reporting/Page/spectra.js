// One card a component: eigenvalues against the unit circle, and the decay of the singular values.

// More cards than this at once are slow to draw and to look through; a button shows the others.
const CARDS = 12;

// A residual below this is exact for all that double arithmetic can say.
const EXACT = 1e-16;

const residualOf = pair => Math.log10(Math.max(EXACT, num(pair.relativeResidual)));

const eigenpairsOf = component => (component.spectrum || {}).eigenpairs || [];

function residualRange(components) {
  const all = components.flatMap(eigenpairsOf).map(residualOf).filter(Number.isFinite);
  return all.length
    ? [Math.floor(Math.min(...all)), Math.max(Math.ceil(Math.max(...all)), Math.floor(Math.min(...all)) + 1)]
    : null;
}

function circleFigure(component, range, colors, width) {
  const pairs = eigenpairsOf(component);
  const re = pairs.map(pair => num(pair.value.re));
  const im = pairs.map(pair => num(pair.value.im));
  const reach = 1.12 * Math.max(1, ...re.map((x, i) => Math.hypot(x, im[i])).filter(Number.isFinite));
  const ticks = reach > 3 ? {} : { tickvals: [-1, 0, 1] };
  const points = {
    type: "scatter",
    mode: "markers",
    name: "eigenvalues",
    x: re,
    y: im,
    marker: {
      size: 8,
      color: pairs.map(residualOf),
      cmin: range[0],
      cmax: range[1],
      colorscale: colors.residual,
      showscale: false,
      line: { color: colors.card, width: 0.6 },
    },
    customdata: pairs.map((pair, i) => [
      small(Math.hypot(re[i], im[i])),
      small(num(pair.residual)),
      small(num(pair.relativeResidual)),
    ]),
    hovertemplate:
      "λ = %{x:.4f} %{y:+.4f} i<br>|λ| = %{customdata[0]}<br>residual %{customdata[1]}" +
      "<br>relative %{customdata[2]}<extra></extra>",
  };
  return {
    traces: [points],
    layout: {
      height: width,
      margin: { l: 26, r: 6, t: 6, b: 26 },
      ...complexPlane(colors, reach, ticks),
    },
  };
}

function decayTrace(values, name, line) {
  const first = num(values[0]);
  const y = values.map(value => num(value) / first);
  return {
    type: "scatter",
    mode: values.length > 40 ? "lines" : "lines+markers",
    name,
    x: y.map((_, i) => i + 1),
    y: y.map(value => (value > 0 ? value : null)),
    line,
    marker: { size: 4 },
    hovertemplate: `${name}<br>σ<sub>%{x}</sub> / σ<sub>1</sub> = %{y:.2e}<extra></extra>`,
  };
}

function decayFigure(component, tolerance, colors, width) {
  const fit = component.fit || {};
  const ofFit = fit.singularValues || [];
  const ofSpectrum = (component.spectrum || {}).singularValues || [];
  const traces = [];
  if (ofFit.length) traces.push(decayTrace(ofFit, "one-step fit", { color: colors.canonical, width: 2 }));
  if (ofSpectrum.length)
    traces.push(decayTrace(ofSpectrum, "spectrum fit", { color: colors.telescoped, width: 1.6, dash: "dot" }));
  const last = Math.max(2, ofFit.length, ofSpectrum.length);
  const rank = num(fit.rank);
  const cut = ofFit.length && Number.isFinite(rank) ? rank + 0.5 : NaN;
  const shapes = [];
  const annotations = [];
  if (Number.isFinite(cut)) {
    const right = cut > last / 2;
    if (rank < last) {
      shapes.push({
        type: "rect",
        xref: "x",
        yref: "paper",
        x0: cut,
        x1: last + 0.5,
        y0: 0,
        y1: 1,
        fillcolor: colors.shade,
        line: { width: 0 },
        layer: "below",
      });
    }
    shapes.push({
      type: "line",
      xref: "x",
      yref: "paper",
      x0: cut,
      x1: cut,
      y0: 0,
      y1: 1,
      line: { color: colors.ink, width: 1.4 },
    });
    annotations.push({
      xref: "x",
      x: cut,
      yref: "paper",
      y: 1,
      yanchor: "top",
      xanchor: right ? "right" : "left",
      xshift: right ? -4 : 4,
      showarrow: false,
      text: `rank ${count(rank)}`,
      font: { size: 12, color: colors.ink },
      bgcolor: colors.card,
      borderpad: 1,
    });
  }
  if (tolerance > 0) {
    shapes.push({
      type: "line",
      xref: "paper",
      x0: 0,
      x1: 1,
      y0: tolerance,
      y1: tolerance,
      line: { color: colors.muted, width: 1, dash: "dash" },
    });
  }
  return {
    traces,
    layout: {
      height: width,
      margin: { l: 58, r: 8, t: 6, b: 40 },
      shapes,
      annotations,
      xaxis: axis(colors, { title: "index", range: [0.5, last + 0.5], nticks: 5, zeroline: false }),
      yaxis: axis(colors, {
        title: "σ / σ<sub>1</sub>",
        type: "log",
        exponentformat: "power",
        showexponent: "all",
        nticks: 6,
        zeroline: false,
        tickfont: { size: 10 },
      }),
    },
  };
}

function spectrumCard(component, range, tolerance) {
  const spectrum = component.spectrum || {};
  const fit = component.fit || {};
  const circle = el("div", { class: "plot" });
  const decay = el("div", { class: "plot" });
  const pairs = eigenpairsOf(component);
  const hasDecay = (fit.singularValues || []).length || (spectrum.singularValues || []).length;
  if (!pairs.length)
    circle.append(el("p", { class: "absent" }, spectrum.reasonAbsent || "No eigenvalues were computed."));
  if (!hasDecay) decay.append(el("p", { class: "absent" }, "No singular values were kept."));
  const facts = [
    pairs.length
      ? `${pairs.length} eigenvalues${num(spectrum.unlisted) > 0 ? ` (${spectrum.unlisted} worse not listed)` : ""}`
      : null,
    fit.fullRank ? `rank ${count(fit.rank)} of ${count(fit.fullRank)}` : null,
    Number.isFinite(num(fit.holdOutError)) ? `fit error ${small(num(fit.holdOutError))}` : null,
  ]
    .filter(Boolean)
    .join(" · ");
  const card = el(
    "article",
    { class: "spectrum" },
    el(
      "h3",
      null,
      el("span", { class: "index" }, String(component.index)),
      component.name || component.kind || "component",
    ),
    el("p", { class: "sub" }, facts),
    el("div", { class: "pair" }, circle, decay),
  );
  const plot = () => {
    if (pairs.length) {
      figure(
        circle,
        `${pairs.length} eigenvalues of component ${component.index} in the complex plane with the unit circle`,
        (colors, width) => circleFigure(component, range, colors, width),
      );
    }
    if (hasDecay) {
      figure(
        decay,
        `Singular values of component ${component.index} on a logarithmic axis, rank ${fit.rank}`,
        (colors, width) => decayFigure(component, tolerance, colors, width),
      );
    }
  };
  return { card, plot };
}

function residualScale(range) {
  return [
    el("span", null, "relative residual"),
    el("span", { class: "tick" }, "10", el("sup", null, minus(String(range[0])))),
    el("span", { class: "ramp", "aria-hidden": "true" }),
    el("span", { class: "tick" }, "10", el("sup", null, minus(String(range[1])))),
    el("span", { class: "key fit" }, "one-step fit"),
    el("span", { class: "key delay" }, "spectrum fit"),
    el("span", { class: "key cut" }, "tolerance"),
  ];
}

function showSpectra(report) {
  const range = residualRange(report.components);
  const tolerance = num((report.options || {}).rankTolerance);
  if (range) fill("residual-scale", residualScale(range));
  const add = components => {
    const cards = components.map(component => spectrumCard(component, range, tolerance));
    byId("spectra-grid").append(...cards.map(entry => entry.card));
    cards.forEach(entry => entry.plot());
  };
  add(report.components.slice(0, CARDS));
  const others = report.components.slice(CARDS);
  const more = byId("spectra-more");
  more.hidden = !others.length;
  more.textContent = `Show the other ${others.length}`;
  more.addEventListener("click", () => {
    more.hidden = true;
    add(others);
  });
}
