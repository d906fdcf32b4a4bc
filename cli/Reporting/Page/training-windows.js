// Windows of a run: their eigenvalues in one plane, the modes of one of them ranked, and the table of all.

const lastStep = window => num(window.lastStep);

const modulus = mode => Math.hypot(num(mode.real), num(mode.imaginary));

// Without a trusted mode a window says nothing, which is not the same as nothing.
const hasModes = window => (window.modes || []).length > 0;

const transientOf = window => num(window.transientMass) / (num(window.stateNorm) || 1);

function eigenvalueText(mode) {
  const imaginary = num(mode.imaginary);
  return imaginary === 0
    ? fixed(num(mode.real), 4)
    : `${fixed(num(mode.real), 4)} ± ${fixed(Math.abs(imaginary), 4)}i`;
}

function decayText(mode) {
  const decay = num(mode.decay);
  if (Number.isNaN(decay)) return MISSING;
  if (Math.abs(decay) > 1e6) return "at rest";
  return decay < 0 ? `grows by e in ${small(-decay)}` : small(decay);
}

function planeFigure(windows, colors, width) {
  const points = windows.flatMap(window => (window.modes || []).map(mode => ({ window, mode })));
  const most = Math.max(...points.map(({ mode }) => num(mode.importance)).filter(Number.isFinite), 0) || 1;
  const reach = 1.08 * Math.max(1, ...points.map(({ mode }) => modulus(mode)).filter(Number.isFinite));
  const ticks = reach > 3 ? {} : { tickvals: [-1, -0.5, 0, 0.5, 1] };
  const steps = windows.map(lastStep);
  const size = Math.min(width, 520);
  return {
    traces: [
      {
        type: "scatter",
        mode: "markers",
        name: "eigenvalues",
        x: points.map(({ mode }) => num(mode.real)),
        y: points.map(({ mode }) => num(mode.imaginary)),
        marker: {
          size: points.map(({ mode }) => 6 + 10 * Math.sqrt(num(mode.importance) / most)),
          color: points.map(({ window }) => lastStep(window)),
          cmin: Math.min(...steps),
          cmax: Math.max(...steps),
          colorscale: colors.residual,
          opacity: 0.8,
          line: { color: colors.card, width: 0.6 },
        },
        customdata: points.map(({ window, mode }) => [
          `${count(window.firstStep)} to ${count(window.lastStep)}`,
          fixed(modulus(mode), 4),
          small(num(mode.importance)),
          small(num(mode.residual)),
        ]),
        hovertemplate:
          "λ = %{x:.4f} %{y:+.4f} i<br>|λ| = %{customdata[1]}<br>steps %{customdata[0]}" +
          "<br>importance %{customdata[2]}, residual %{customdata[3]}<extra></extra>",
      },
    ],
    layout: {
      height: size,
      margin: { l: 36, r: 10, t: 8, b: 30 },
      ...complexPlane(colors, reach, ticks),
    },
  };
}

function showPlane(windows) {
  const known = windows.filter(window => (window.modes || []).length);
  if (!known.length) {
    fill("spectra-figure", el("p", { class: "absent" }, "No window has a mode that can be trusted."));
    return;
  }
  figure(
    byId("spectra-figure"),
    `Eigenvalues of ${known.length} windows in the complex plane with the unit circle`,
    (colors, width) => planeFigure(known, colors, width),
  );
  fill(
    "spectra-scale",
    el("span", null, "window up to step"),
    el("span", { class: "tick" }, count(known[0].lastStep)),
    el("span", { class: "ramp", "aria-hidden": "true" }),
    el("span", { class: "tick" }, count(known[known.length - 1].lastStep)),
    el("span", null, "· the larger, the more important"),
  );
}

// A conjugate pair is one bar, of both.
function rankedModes(window) {
  const modes = window.modes || [];
  const all = modes.reduce((sum, mode) => sum + num(mode.importance), 0) || 1;
  return modes
    .filter(mode => num(mode.imaginary) >= 0)
    .map(mode => ({ mode, share: ((num(mode.imaginary) > 0 ? 2 : 1) * num(mode.importance)) / all }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 16);
}

// The mode at rest carries the weights themselves, most of what there is: shares want a logarithmic axis.
function shareAxis(ranked) {
  const least = Math.min(...ranked.map(({ share }) => share).filter(share => share > 0), 0.1);
  const decades = Math.min(8, Math.ceil(-Math.log10(least)));
  const ticks = Array.from({ length: decades + 1 }, (_, i) => 10 ** -i).filter((_, i) => decades < 5 || i % 2 === 0);
  return {
    type: "log",
    range: [-decades, 0],
    tickvals: ticks,
    ticktext: ticks.map(tick => `${Number((100 * tick).toPrecision(1))} %`),
  };
}

function modesFigure(window, colors) {
  const ranked = rankedModes(window).reverse();
  return {
    traces: [
      {
        type: "bar",
        orientation: "h",
        name: "modes",
        y: ranked.map((_, i) => i),
        x: ranked.map(({ share }) => share),
        marker: {
          color: ranked.map(({ mode }) =>
            Math.hypot(num(mode.real) - 1, num(mode.imaginary)) <= 0.01
              ? colors.canonical
              : modulus(mode) > 1
                ? colors.bad
                : colors.telescoped,
          ),
        },
        customdata: ranked.map(({ mode, share }) => [
          fixed(modulus(mode), 4),
          decayText(mode),
          small(num(mode.residual)),
          percent(share),
        ]),
        hovertemplate:
          "%{customdata[3]} of the importance<br>|λ| = %{customdata[0]}<br>decay %{customdata[1]}" +
          "<br>residual %{customdata[2]}<extra></extra>",
      },
    ],
    layout: {
      height: Math.max(180, 60 + 26 * ranked.length),
      margin: { l: 140, r: 12, t: 8, b: 40 },
      bargap: 0.3,
      xaxis: axis(colors, { title: "share of the importance", ...shareAxis(ranked) }),
      yaxis: axis(colors, {
        tickvals: ranked.map((_, i) => i),
        ticktext: ranked.map(({ mode }) => eigenvalueText(mode)),
        zeroline: false,
        showgrid: false,
      }),
    },
  };
}

function showModes(windows) {
  const known = windows.filter(window => (window.modes || []).length);
  if (!known.length) {
    byId("modes-choice").hidden = true;
    fill("modes-figure", el("p", { class: "absent" }, "There are no modes to rank."));
    return;
  }
  let shown = known.length - 1;
  const select = byId("modes-window");
  select.replaceChildren(
    ...known.map((window, i) =>
      el("option", { value: i, selected: i === shown }, `${count(window.firstStep)}–${count(window.lastStep)}`),
    ),
  );
  const redraw = figure(byId("modes-figure"), "Modes of a window by their share of the importance", colors =>
    modesFigure(known[shown], colors),
  );
  select.addEventListener("change", () => {
    shown = Number(select.value);
    redraw();
  });
}

function windowRow(window) {
  const number = text => el("td", { class: "number" }, text);
  const told = text => number(hasModes(window) ? text : MISSING);
  return el(
    "tr",
    null,
    el("th", { scope: "row" }, `${count(window.firstStep)}–${count(window.lastStep)}`),
    number(count(window.rank)),
    number(String((window.modes || []).length)),
    told(percent(num(window.nearOneMass))),
    told(small(transientOf(window))),
    told(fixed(num(window.instability), 4)),
    told(percent(num(window.unexplained))),
    told(small(num(window.limitDistance))),
    number(window.lossSlope === undefined ? MISSING : small(num(window.lossSlope))),
    el("td", null, window.settled ? "settled" : ""),
  );
}

function showWindows(report) {
  const names = [
    "Steps",
    "Rank",
    "Trusted",
    "Near one",
    "Transient",
    "max |λ|",
    "Missed",
    "To the limit",
    "Loss slope",
    "",
  ];
  const layers = distinct(report.windows.map(window => window.layer || ""));
  const show = layer => {
    const rows = report.windows.filter(window => (window.layer || "") === layer);
    const head = names.map((name, i) => el("th", { scope: "col", class: i > 0 && i < 9 ? "number" : null }, name));
    fill(
      "window-table",
      rows.length
        ? table("Windows", head, rows.map(windowRow))
        : el("p", { class: "absent" }, "The run is shorter than a window."),
    );
  };
  show(layers[0] || "");
  if (layers.length < 2) return;
  const select = byId("layer");
  select.replaceChildren(...layers.map(layer => el("option", { value: layer }, layer || "the whole network")));
  select.addEventListener("change", () => show(select.value));
  byId("layer-choice").hidden = false;
}
