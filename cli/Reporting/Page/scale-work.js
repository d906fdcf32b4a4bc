// Where the time of a run goes: its stages, the pieces of work in them, and the replicas that did them.

const pointName = point =>
  `${count(point.replicas)} ${num(point.replicas) === 1 ? "replica" : "replicas"}, ${count(point.rows)} rows`;

function wallsFigure(points, stages, colors) {
  return {
    traces: stages.map((stage, i) => ({
      type: "bar",
      orientation: "h",
      name: "walls",
      y: points.map((_, row) => row),
      x: points.map(point => num((point.stageSeconds || {})[stage]) || 0),
      marker: { color: seriesColor(colors, i) },
      hovertemplate: `${plotText(stage)} %{x:.3f} s<extra></extra>`,
    })),
    layout: {
      height: Math.max(150, 60 + 30 * points.length),
      margin: { l: 190, r: 14, t: 8, b: 44 },
      barmode: "stack",
      bargap: 0.35,
      xaxis: axis(colors, { title: "seconds", zeroline: false, nticks: 8 }),
      yaxis: axis(colors, {
        tickvals: points.map((_, row) => row),
        ticktext: points.map(pointName),
        autorange: "reversed",
        zeroline: false,
        showgrid: false,
      }),
    },
  };
}

function showWalls(report) {
  const points = curvesOf(report).flat();
  const stages = distinct(points.flatMap(point => Object.keys(point.stageSeconds || {})));
  if (!stages.length) {
    fill("walls-figure", el("p", { class: "absent" }, "No stages were seen."));
    return;
  }
  figure(byId("walls-figure"), "Seconds of each stage at each point", colors => wallsFigure(points, stages, colors));
  fill("walls-legend", stages.map((stage, i) => seriesKey(i, stage)));
}

const SHARES_OF_PIECES = [
  ["p50", "half"],
  ["p95", "95 of 100"],
  ["p99", "99 of 100"],
];

function piecesFigure(point, what, colors) {
  const stages = point.stages || [];
  // A logarithmic axis has no place for what took no time.
  const positive = stages.flatMap(stage => SHARES_OF_PIECES.map(([key]) => num(stage[what][key]))).filter(v => v > 0);
  const least = positive.length ? Math.min(...positive) : 0.001;
  return {
    traces: SHARES_OF_PIECES.map(([key], i) => ({
      type: "bar",
      name: what === "seconds" ? "taking" : "waiting",
      x: stages.map(stage => stage.stage),
      y: stages.map(stage => Math.max(num(stage[what][key]), least)),
      marker: { color: seriesColor(colors, i) },
      customdata: stages.map(stage => [seconds(num(stage[what][key])), count(stage.pieces)]),
      hovertemplate: `%{x}, ${key}: %{customdata[0]}<br>%{customdata[1]} pieces<extra></extra>`,
    })),
    layout: {
      height: 300,
      margin: { l: 62, r: 10, t: 8, b: 34 },
      bargap: 0.3,
      xaxis: axis(colors, { zeroline: false, showgrid: false }),
      yaxis: axis(colors, { type: "log", exponentformat: "power", nticks: 6, zeroline: false }),
    },
  };
}

function showPieces(report) {
  const points = curvesOf(report).flat().filter(point => (point.stages || []).length);
  if (!points.length) {
    byId("pieces-choice").hidden = true;
    fill("taking-figure", el("p", { class: "absent" }, "The mesh told of no pieces of work."));
    return;
  }
  let shown = points.length - 1;
  const select = byId("pieces-point");
  select.replaceChildren(
    ...points.map((point, i) => el("option", { value: i, selected: i === shown }, pointName(point))),
  );
  const redraws = [
    ["taking-figure", "seconds"],
    ["waiting-figure", "waiting"],
  ].map(([id, what]) =>
    figure(byId(id), `Percentiles of ${what} by stage`, colors => piecesFigure(points[shown], what, colors)),
  );
  select.addEventListener("change", () => {
    shown = Number(select.value);
    redraws.forEach(redraw => redraw());
  });
  fill("pieces-legend", SHARES_OF_PIECES.map(([key, text], i) => seriesKey(i, `${key}: ${text}`)));
}

function showShares(report) {
  const names = ["Point", "Stage", "Done by", "Pieces", "Rows", "Seconds", "Share", ""];
  const rows = curvesOf(report).flat().flatMap(point =>
    (point.shares || []).map(share =>
      el(
        "tr",
        null,
        el("th", { scope: "row" }, pointName(point)),
        el("td", null, share.stage),
        el("td", null, share.replica),
        el("td", { class: "number" }, count(share.pieces)),
        el("td", { class: "number" }, num(share.rows) > 0 ? count(share.rows) : ""),
        el("td", { class: "number" }, seconds(num(share.seconds))),
        el("td", { class: "number" }, percent(num(share.share), 0)),
        el("td", { class: "share" }, meter(num(share.share))),
      ),
    ),
  );
  const head = names.map((name, i) => el("th", { scope: "col", class: i > 2 && i < 7 ? "number" : null }, name));
  fill(
    "share-table",
    rows.length ? table("Replicas", head, rows) : el("p", { class: "absent" }, "The mesh told of no pieces of work."),
  );
}
