// The page of a study of scaling.

function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return Number.isFinite(value) ? `${Number(value.toPrecision(3))} ${units[unit]}` : MISSING;
}

function showScaleHeader(report, words) {
  byId("model").textContent = words.title;
  byId("subtitle").textContent = words.subtitle;
  const curves = curvesOf(report);
  const longest = curves[curves.length - 1];
  const last = longest && longest[longest.length - 1];
  fill(
    "tiles",
    last
      ? [
          tile(fixed(num(last.speedUp), 2), "speed-up", pointName(last)),
          tile(percent(num(last.efficiency), 0), "efficiency", `against ${count(longest[0].replicas)}`),
          last.serialFraction === undefined
            ? null
            : tile(fixed(num(last.serialFraction), 2), "serial fraction", report.weak ? "Gustafson" : "Karp and Flatt"),
          tile(count(Math.round(num(last.rowsPerSecond))), "rows a second", seconds(num(last.seconds.median))),
          tile(bytes(num(last.snapshotBytes)), "moved", "capture to koopman"),
        ].filter(Boolean)
      : [],
  );
}

function showPoints(report) {
  const names = [
    "Replicas",
    "Rows",
    "Seconds",
    "Quartiles",
    "Rows/s",
    "Speed-up",
    "Efficiency",
    report.weak ? "Serial share" : "Karp–Flatt e",
    "Moved",
    "Balance",
  ];
  const number = text => el("td", { class: "number" }, text);
  const rows = curvesOf(report).flat().map(point =>
    el(
      "tr",
      null,
      el("th", { scope: "row", class: "number" }, count(point.replicas)),
      number(count(point.rows)),
      number(seconds(num(point.seconds.median))),
      number(`${seconds(num(point.seconds.low))} – ${seconds(num(point.seconds.high))}`),
      number(count(Math.round(num(point.rowsPerSecond)))),
      number(fixed(num(point.speedUp), 2)),
      number(percent(num(point.efficiency), 0)),
      number(fixed(num(point.serialFraction), 2)),
      number(bytes(num(point.snapshotBytes))),
      number(fixed(num(point.balance), 2)),
    ),
  );
  fill("point-table", table("Points", names.map(name => el("th", { scope: "col", class: "number" }, name)), rows));
}

showPage(() => {
  const report = read("report-data");
  const findings = read("findings-data");
  const words = read("words-data");
  report.points = report.points || [];
  return {
    report,
    sections: [
      data => showScaleHeader(data, words),
      () => showSentences({}, findings, "The times are still this machine's."),
      showCurves,
      showWalls,
      showPieces,
      showShares,
      showPoints,
      data => showFooter(data, "scale.json"),
    ],
  };
});
