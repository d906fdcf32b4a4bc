// The Pareto front: score against work, every candidate faint, the exported hybrids with intervals and baselines.

const workOf = (report, costs) => num((costs || {}).operations) / num((report.originalCosts || {}).operations);

const scoreOf = performance => num((performance || {}).score);

const baselineOf = (hybrid, name) => (hybrid.baselines || []).find(baseline => baseline.name === name);

function candidateTrace(report, colors) {
  const points = report.candidates
    .map(candidate => ({ x: workOf(report, candidate.costs), y: num(candidate.score), candidate }))
    .filter(point => Number.isFinite(point.x) && Number.isFinite(point.y));
  return {
    type: "scatter",
    mode: "markers",
    name: "candidates",
    x: points.map(point => point.x),
    y: points.map(point => point.y),
    marker: { size: 7, color: colors.muted, opacity: 0.35 },
    customdata: points.map(({ candidate, x, y }) => [
      plotText(shorten((candidate.regions || []).map(regionName).join(" and "), 70)),
      percent(y, 2),
      fixed(x, 2),
    ]),
    hovertemplate:
      "%{customdata[0]}<br>%{customdata[1]} on the rows to choose, %{customdata[2]} of the work<extra></extra>",
  };
}

function hybridTrace(report, colors) {
  const points = report.front.map(hybrid => [workOf(report, hybrid.costs), scoreOf(hybrid.performance)]);
  const order = points.map((_, i) => i).sort((a, b) => points[a][0] - points[b][0] || points[a][1] - points[b][1]);
  const hybrids = order.map(i => report.front[i]);
  const low = hybrids.map(({ performance: p }) => (num(p.scoreHigh) > 0 ? num(p.score) - num(p.scoreLow) : 0));
  const high = hybrids.map(({ performance: p }) => (num(p.scoreHigh) > 0 ? num(p.scoreHigh) - num(p.score) : 0));
  return {
    type: "scatter",
    mode: "lines+markers+text",
    name: "hybrids",
    x: order.map(i => points[i][0]),
    y: order.map(i => points[i][1]),
    text: order.map(i => String(i + 1)),
    textfont: { color: colors.card, size: 11, weight: 700 },
    line: { color: colors.canonical, width: 1.4, dash: "dot" },
    marker: {
      size: 20,
      color: order.map(i => (i === report.chosen ? colors.telescoped : colors.canonical)),
      line: { color: colors.card, width: 1 },
    },
    error_y: {
      type: "data",
      symmetric: false,
      array: high,
      arrayminus: low,
      color: colors.muted,
      thickness: 1.2,
      width: 3,
    },
    customdata: hybrids.map((hybrid, k) => [
      plotText(shorten(hybridName(hybrid), 70)),
      percent(scoreOf(hybrid.performance), 2),
      fixed(points[order[k]][0], 2),
    ]),
    hovertemplate: "%{customdata[0]}<br>%{customdata[1]} on test rows, %{customdata[2]} of the work<extra></extra>",
  };
}

function baselineTrace(report, name, symbol, colors) {
  const points = report.front
    .map((hybrid, i) => ({ i, baseline: baselineOf(hybrid, name) }))
    .filter(({ baseline }) => baseline);
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: points.map(({ baseline }) => workOf(report, baseline.costs)),
    y: points.map(({ baseline }) => scoreOf(baseline.performance)),
    marker: { symbol, size: 11, color: colors.ink, line: { width: 1.6 } },
    customdata: points.map(({ i, baseline }) => [
      name === "skip" ? "left out" : "affine",
      String(i + 1),
      percent(scoreOf(baseline.performance), 2),
    ]),
    hovertemplate: "%{customdata[0]} in place of %{customdata[1]}: %{customdata[2]}<extra></extra>",
  };
}

// Near the original: whatever of the exported hybrids and their affine baselines is, with room.
function scoreRange(report, near) {
  const whiskers = ({ performance: p }) => (num(p.scoreHigh) > 0 ? [num(p.scoreLow), num(p.scoreHigh)] : [scoreOf(p)]);
  const tested = [scoreOf(report.original), ...report.front.flatMap(whiskers)];
  const affine = report.front.map(hybrid => scoreOf((baselineOf(hybrid, "affine") || {}).performance));
  const skip = report.front.map(hybrid => scoreOf((baselineOf(hybrid, "skip") || {}).performance));
  const all = [...tested, ...affine, ...skip, ...report.candidates.map(candidate => num(candidate.score))];
  const shown = (near ? [...tested, ...affine] : all).filter(Number.isFinite);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const room = Math.max(0.12 * (high - low), 0.004);
  return [low - room, high + room];
}

function workRange(report, near) {
  const baselines = report.front
    .flatMap(hybrid => hybrid.baselines || [])
    .filter(baseline => baseline.name === "affine");
  const costs = [...report.front, ...baselines, ...(near ? [] : report.candidates)].map(item => item.costs);
  const shown = [1, ...costs.map(cost => workOf(report, cost))].filter(Number.isFinite);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const room = Math.max(0.1 * (high - low), 0.004);
  return [low - room, high + room];
}

function frontFigure(report, near, colors, width) {
  const range = scoreRange(report, near);
  const original = scoreOf(report.original);
  const traces = [
    candidateTrace(report, colors),
    baselineTrace(report, "skip", "x-thin-open", colors),
    baselineTrace(report, "affine", "diamond-open", colors),
    hybridTrace(report, colors),
    {
      type: "scatter",
      mode: "markers",
      name: "original",
      x: [1],
      y: [original],
      marker: { symbol: "star", size: 15, color: colors.ink },
      hovertemplate: `the original: ${percent(original, 2)} on test rows<extra></extra>`,
    },
  ];
  const level = { type: "line", xref: "paper", x0: 0, x1: 1, y0: original, y1: original };
  return {
    traces,
    layout: {
      height: Math.max(320, Math.min(460, 0.55 * width)),
      margin: { l: 66, r: 14, t: 8, b: 46 },
      shapes: [{ ...level, line: { color: colors.muted, width: 1, dash: "dash" } }],
      xaxis: axis(colors, {
        title: "work relative to the original",
        range: workRange(report, near),
        zeroline: false,
        nticks: 8,
      }),
      yaxis: axis(colors, { title: measureOf(report), range, tickformat: ".1%", zeroline: false, nticks: 7 }),
    },
  };
}

function showFront(report) {
  if (!report.candidates.length && !report.front.length) {
    fill("front-figure", el("p", { class: "absent" }, "No candidate was evaluated."));
    return;
  }
  let near = report.front.length > 0;
  const redraw = figure(
    byId("front-figure"),
    `Scatter of ${measureOf(report)} against work of ${report.candidates.length} candidates; the table holds the front.`,
    (colors, width) => frontFigure(report, near, colors, width),
  );
  const lead = () => {
    const hidden = near ? " Candidates beyond the picture are under All." : "";
    byId("front-lead").textContent =
      `Up is better, left is cheaper: ${measureOf(report)} against multiplications and additions a row.${hidden}`;
  };
  const ranges = [
    [true, "Near the original"],
    [false, "All"],
  ];
  if (report.front.length) {
    choose("front-switch", ranges, near, key => {
      near = key;
      lead();
      redraw();
    });
  }
  lead();
  const key = (style, text) => el("span", { class: `mark ${style}` }, text);
  fill(
    "front-legend",
    [
      report.front.length ? key("hybrid", "exported hybrid, on test rows with its interval") : null,
      report.chosen >= 0 ? key("chosen", "chosen") : null,
      key("original", "original"),
      report.front.length ? key("affine", "the same place by plain affine least squares") : null,
      report.front.length ? key("skip", "the same place left out") : null,
      key("candidate", "every candidate, on the rows choices are made on"),
    ].filter(Boolean),
  );
}
