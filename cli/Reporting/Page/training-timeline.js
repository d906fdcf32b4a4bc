// Near-one mass and loss on one axis of steps, with the marks.

const MARKS = {
  MARK_KIND_STOP: ["stop", "good"],
  MARK_KIND_PLATEAU: ["plateau", "bad"],
  MARK_KIND_BAD_INITIALISATION: ["bad start", "bad"],
  MARK_KIND_INSTABILITY: ["unstable", "bad"],
  MARK_KIND_JUMP_KEPT: ["jump kept", "good"],
  MARK_KIND_JUMP_REJECTED: ["jump rejected", "bad"],
};

const markOf = mark => MARKS[mark.kind] || ["mark", "bad"];

// Names stand on the first mark of a row of one kind; more would lie over each other.
function markShapes(report, colors) {
  const shapes = [];
  const annotations = [];
  const last = num(report.lastStep);
  const first = num(report.firstStep);
  report.marks.forEach((mark, i) => {
    const [name, tone] = markOf(mark);
    const step = num(mark.step);
    shapes.push({
      type: "line",
      xref: "x",
      yref: "paper",
      x0: step,
      x1: step,
      y0: 0,
      y1: 1,
      line: { color: colors[tone], width: 1.6, dash: tone === "good" ? "solid" : "dot" },
    });
    if (i > 0 && report.marks[i - 1].kind === mark.kind) return;
    const right = step > (first + last) / 2;
    annotations.push({
      xref: "x",
      x: step,
      yref: "paper",
      y: 1 - 0.07 * (annotations.length % 4),
      yanchor: "top",
      xanchor: right ? "right" : "left",
      xshift: right ? -4 : 4,
      showarrow: false,
      text: `${name}, step ${count(step)}`,
      font: { size: 12, color: colors[tone] },
      bgcolor: colors.card,
      borderpad: 1,
    });
  });
  return { shapes, annotations };
}

// A loss that hardly moves has no decades. Of one that does, each tick is written out: plotly's own are bare digits.
function lossScale(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!(low > 0 && high > 3 * low)) return { tickformat: ".3~g" };
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
  const steps = decades.length > 4 ? [1] : [1, 2, 5];
  const ticks = decades.flatMap(decade => steps.map(step => Number(`${step}e${decade}`)));
  return { type: "log", tickvals: ticks, ticktext: ticks.map(small) };
}

function lossTrace(records, key, name, line) {
  const known = records.filter(record => Number.isFinite(num((record.scalars || {})[key])));
  return {
    type: "scatter",
    mode: known.length > 60 ? "lines" : "lines+markers",
    name,
    x: known.map(record => num(record.step)),
    y: known.map(record => num(record.scalars[key])),
    yaxis: "y2",
    line,
    marker: { size: 4 },
    hovertemplate: `step %{x}<br>${name} %{y:.4g}<extra></extra>`,
  };
}

function timelineFigure(report, windows, colors, width) {
  const losses = [
    lossTrace(report.records, "loss", "loss", { color: colors.telescoped, width: 1.8 }),
    lossTrace(report.records, "validationLoss", "validation loss", {
      color: colors.telescoped,
      width: 1.6,
      dash: "dash",
    }),
  ].filter(trace => trace.x.length);
  const rest = {
    type: "scatter",
    mode: windows.length > 60 ? "lines" : "lines+markers",
    name: "near-one mass",
    x: windows.map(lastStep),
    y: windows.map(window => (hasModes(window) ? num(window.nearOneMass) : null)),
    line: { color: colors.canonical, width: 2.2 },
    marker: { size: 6 },
    customdata: windows.map(window => [small(transientOf(window)), fixed(num(window.instability), 4)]),
    hovertemplate:
      "up to step %{x}<br>near-one mass %{y:.1%}<br>transient %{customdata[0]}<br>max |λ| %{customdata[1]}" +
      "<extra></extra>",
  };
  const values = losses.flatMap(trace => trace.y);
  return {
    traces: [rest, ...losses],
    layout: {
      height: Math.max(300, Math.min(420, 0.4 * width)),
      margin: { l: 52, r: losses.length ? 62 : 14, t: 10, b: 44 },
      ...markShapes(report, colors),
      xaxis: axis(colors, {
        title: "step",
        range: [num(report.firstStep), num(report.lastStep)],
        zeroline: false,
        nticks: 8,
      }),
      yaxis: axis(colors, {
        title: "near-one mass",
        range: [-0.03, 1.06],
        tickformat: ".0%",
        nticks: 6,
        zeroline: false,
      }),
      yaxis2: axis(colors, {
        title: "loss",
        overlaying: "y",
        side: "right",
        showgrid: false,
        zeroline: false,
        nticks: 6,
        ...lossScale(values),
      }),
    },
  };
}

function showTimeline(report, windows) {
  if (!windows.length && !report.records.some(record => (record.scalars || {}).loss !== undefined)) {
    fill("timeline-figure", el("p", { class: "absent" }, "The run is shorter than a window, and has no losses."));
    return;
  }
  figure(
    byId("timeline-figure"),
    `Near-one mass of ${windows.length} windows and the loss over steps, with ${report.marks.length} marks.`,
    (colors, width) => timelineFigure(report, windows, colors, width),
  );
  const has = key => report.records.some(record => (record.scalars || {})[key] !== undefined);
  const tones = distinct(report.marks.map(mark => markOf(mark)[1]));
  const key = (style, text) => el("span", { class: `mark ${style}` }, text);
  fill(
    "timeline-legend",
    [
      windows.length ? key("rest", "near-one mass of a window") : null,
      has("loss") ? key("loss", "loss") : null,
      has("validationLoss") ? key("validation", "validation loss") : null,
      tones.includes("good") ? key("good", "good news") : null,
      tones.includes("bad") ? key("bad", "alarm") : null,
    ].filter(Boolean),
  );
}
