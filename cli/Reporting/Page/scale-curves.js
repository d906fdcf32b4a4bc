// Speed-up and efficiency over the replicas, a curve a job.

const SERIES = ["canonical", "telescoped", "good", "bad", "muted"];

const seriesColor = (colors, i) => colors[SERIES[i % SERIES.length]];

const seriesKey = (i, text) => el("span", { class: `mark c${i % SERIES.length}` }, text);

// The points of each job, fewest replicas first.
function curvesOf(report) {
  const ordered = [...report.points].sort((a, b) => num(a.replicas) - num(b.replicas));
  return distinct(ordered.map(point => num(point.baseRows)))
    .sort((a, b) => a - b)
    .map(rows => ordered.filter(point => num(point.baseRows) === rows));
}

const curveName = (report, curve) =>
  `${count(curve[0].baseRows)} rows${report.weak ? " a replica" : ""}`;

const factorOf = (point, base) => num(point.replicas) / num(base.replicas);

// What the speed-up would have been had the job taken so many seconds.
const speedUpAt = (point, seconds) => (num(point.speedUp) * num(point.seconds.median)) / num(seconds);

function replicaAxis(curves, colors) {
  const values = distinct(curves.flat().map(point => num(point.replicas))).sort((a, b) => a - b);
  const ends = [Math.log10(values[0]) - 0.06, Math.log10(values[values.length - 1]) + 0.06];
  return axis(colors, {
    title: "replicas",
    type: "log",
    range: values.length > 1 ? ends : [ends[0] - 0.3, ends[1] + 0.3],
    tickvals: values,
    ticktext: values.map(String),
    zeroline: false,
  });
}

function curveFigure(report, curves, colors, width, what) {
  const ideal = curves[0].map(point => [num(point.replicas), what.ideal(factorOf(point, curves[0][0]))]);
  const line = {
    type: "scatter",
    mode: "lines",
    name: "ideal",
    x: ideal.map(([x]) => x),
    y: ideal.map(([, y]) => y),
    line: { color: colors.muted, width: 1.4, dash: "dash" },
    hoverinfo: "skip",
  };
  const measured = curves.map((curve, i) => {
    const value = point => what.of(point, factorOf(point, curve[0]));
    return {
      type: "scatter",
      mode: "lines+markers",
      name: what.name,
      x: curve.map(point => num(point.replicas)),
      y: curve.map(value),
      error_y: {
        type: "data",
        symmetric: false,
        array: curve.map(point => what.at(point, point.seconds.low, factorOf(point, curve[0])) - value(point)),
        arrayminus: curve.map(point => value(point) - what.at(point, point.seconds.high, factorOf(point, curve[0]))),
        color: seriesColor(colors, i),
        thickness: 1.2,
        width: 4,
      },
      line: { color: seriesColor(colors, i), width: 2.2 },
      marker: { size: 7 },
      customdata: curve.map(point => [count(point.rows), seconds(num(point.seconds.median))]),
      hovertemplate: `%{x} replicas, %{customdata[0]} rows<br>%{customdata[1]}<br>${what.hover}<extra></extra>`,
    };
  });
  return {
    traces: [line, ...measured],
    layout: {
      height: Math.max(260, Math.min(width, 360)),
      margin: { l: 56, r: 14, t: 8, b: 44 },
      xaxis: replicaAxis(curves, colors),
      yaxis: axis(colors, { title: what.title, rangemode: "tozero", zeroline: false, nticks: 6, ...what.axis }),
    },
  };
}

const SPEED_UP = {
  name: "speed-up",
  title: "speed-up",
  ideal: p => p,
  of: point => num(point.speedUp),
  at: (point, time) => speedUpAt(point, time),
  hover: "speed-up %{y:.2f}",
};

const EFFICIENCY = {
  name: "efficiency",
  title: "efficiency",
  ideal: () => 1,
  of: point => num(point.efficiency),
  at: (point, time, p) => speedUpAt(point, time) / p,
  hover: "efficiency %{y:.0%}",
  axis: { tickformat: ".0%" },
};

function showCurves(report) {
  const curves = curvesOf(report);
  byId("curves-lead").textContent = report.weak
    ? "The job grows with the replicas: ideally its time stays the same."
    : "The same job on more replicas: ideally its time shrinks by as much.";
  const show = (id, what) =>
    figure(byId(id), `${what.title} over replicas`, (colors, width) =>
      curveFigure(report, curves, colors, width, what),
    );
  show("speedup-figure", SPEED_UP);
  show("efficiency-figure", EFFICIENCY);
  fill(
    "curves-legend",
    el("span", { class: "mark ideal" }, "ideal"),
    curves.map((curve, i) => seriesKey(i, curveName(report, curve))),
  );
}
