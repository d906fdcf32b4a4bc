// The ladder of bounds: what was seen, what a new row stays within, what is proven.

const RUNGS = [
  { key: "seen", name: "largest seen", symbol: "circle", color: "muted" },
  { key: "conformal", name: "conformal", symbol: "diamond", color: "canonical" },
  { key: "sound", name: "sound", symbol: "square", color: "telescoped" },
];

const stands = rung => rung && !rung.refusal;

// One row a region and one for the outputs, each with what is known of it.
function boundRows(hybrid) {
  const { sound, conformal, empirical } = hybrid.bounds || {};
  const of = (rung, values, i) => (stands(rung) ? num((values || [])[i]) : NaN);
  const rows = (hybrid.regions || []).map((region, i) => ({
    name: region.region,
    sound: of(sound, (sound || {}).regions, i),
    conformal: of(conformal, (conformal || {}).regions, i),
    seen: of(empirical, (empirical || {}).regionMaxima, i),
  }));
  rows.push({
    name: "the outputs",
    sound: of(sound, [(sound || {}).output], 0),
    conformal: of(conformal, [(conformal || {}).output], 0),
    seen: of(empirical, [(empirical || {}).outputMaximum], 0),
  });
  return rows;
}

function boundsFigure(hybrid, colors, width) {
  const rows = boundRows(hybrid);
  const positive = value => Number.isFinite(value) && value > 0;
  const values = rows.flatMap(row => RUNGS.map(rung => row[rung.key])).filter(positive);
  const narrow = width < 560;
  const names = rows.map(row => shorten(row.name, narrow ? 16 : 28));
  const marks = RUNGS.map(rung => {
    const shown = rows.map((row, y) => ({ y, x: row[rung.key] })).filter(point => positive(point.x));
    return {
      type: "scatter",
      mode: "markers+text",
      name: rung.key,
      x: shown.map(point => point.x),
      y: shown.map(point => point.y),
      text: shown.map(point => small(point.x)),
      textposition: "top center",
      textfont: { color: colors.ink, size: 12 },
      marker: { symbol: rung.symbol, size: 13, color: colors[rung.color] },
      customdata: shown.map(point => [plotText(rows[point.y].name), rung.name, small(point.x)]),
      hovertemplate: "%{customdata[0]}<br>%{customdata[1]}: %{customdata[2]}<extra></extra>",
    };
  });
  const lines = rows.map((row, y) => {
    const [low, high] = [Math.min, Math.max].map(of => of(...RUNGS.map(r => row[r.key]).filter(positive)));
    return { type: "line", x0: low, x1: high, y0: y, y1: y, layer: "below", line: { color: colors.line, width: 4 } };
  });
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)].map(Math.log10) : [-1, 1];
  const room = Math.max(0.15, 0.08 * (high - low));
  return {
    traces: marks,
    layout: {
      height: 90 + 62 * rows.length,
      margin: { l: Math.min(narrow ? 120 : 220, 24 + 6.9 * Math.max(...names.map(n => n.length))), r: 16, t: 8, b: 46 },
      shapes: lines.filter(line => Number.isFinite(line.x0)),
      xaxis: axis(colors, {
        title: "largest absolute difference (log)",
        type: "log",
        range: [low - room, high + room],
        exponentformat: "power",
        zeroline: false,
        ...(high - low > 1.5 ? { dtick: Math.ceil((high - low) / 6) } : {}),
      }),
      yaxis: axis(colors, {
        tickvals: rows.map((_, i) => i),
        ticktext: names.map(plotText),
        range: [rows.length - 0.4, -0.75],
        showgrid: false,
        zeroline: false,
        ticklabelstandoff: 6,
        color: colors.ink,
        fixedrange: true,
      }),
    },
  };
}

function rungRows(hybrid) {
  const { sound, conformal, empirical } = hybrid.bounds || {};
  const rows = [];
  if (sound) {
    const says = `For every input in the box (${sound.domain}).`;
    rows.push(["Sound", sound.refusal, small(num(sound.output)), says, sound.assumptions]);
  }
  if (conformal) {
    const coverage = num(conformal.testCoverage);
    const covered = Number.isFinite(coverage) ? ` Held for ${percent(coverage, 2)} of the test rows.` : "";
    const says =
      `For a new row, with probability at least ${percent(1 - num(conformal.alpha))}; from ${count(conformal.rows)} ` +
      `calibration rows.${covered}`;
    rows.push(["Conformal", conformal.refusal, small(num(conformal.output)), says, conformal.assumptions]);
  }
  if (empirical) {
    const flips =
      empirical.flips === undefined
        ? ""
        : ` Another top class for ${count(empirical.flips)} rows, ${percent(num(empirical.flipRate), 2)} ` +
          `(${percent(num(empirical.confidence), 0)}: ${percent(num(empirical.flipLow), 2)} to ` +
          `${percent(num(empirical.flipHigh), 2)}).`;
    const says = `On ${count(empirical.rows)} test rows; RMSE ${small(num(empirical.outputRmse))}.${flips}`;
    rows.push(["Empirical", "", small(num(empirical.outputMaximum)), says, empirical.assumptions]);
  }
  return rows.map(([name, refusal, value, says, assumptions]) =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, name),
      el("td", { class: "number" }, refusal ? MISSING : el("strong", null, value)),
      el("td", null, refusal ? `None: ${refusal}` : says),
      el("td", { class: "sub-cell" }, refusal ? "" : (assumptions || []).join(" ")),
    ),
  );
}

function showBounds(report) {
  if (!report.front.some(hybrid => hybrid.bounds)) {
    fill("bounds-figure", el("p", { class: "absent" }, "No hybrid was exported, so there is nothing to bound."));
    return;
  }
  let now = subjectOf(report);
  const redraw = figure(
    byId("bounds-figure"),
    "Bounds of the difference on a logarithmic axis; the table below says the same.",
    (colors, width) => boundsFigure(report.front[now], colors, width),
  );
  const show = i => {
    now = i;
    const head = ["Rung", "Outputs", "Holds", "Assumes"].map((name, column) =>
      el("th", { scope: "col", class: column === 1 ? "number" : null }, name),
    );
    fill("rungs", el("div", { class: "scroll" }, table("The ladder of bounds", head, rungRows(report.front[i]))));
    redraw();
  };
  choose("bounds-switch", hybridChoices(report), now, show);
  fill(
    "bounds-legend",
    RUNGS.map(rung => el("span", { class: `mark ${rung.key}` }, rung.name)),
  );
  show(now);
}
