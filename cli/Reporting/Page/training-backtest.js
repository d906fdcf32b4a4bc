// How well the last snapshots are predicted from those before.

function growthFigure(backtest, colors, width) {
  // They come with their signs, which a logarithmic axis has no place for.
  const growth = backtest.growth.map(value => Math.abs(num(value)));
  const error = backtest.error.map(value => Math.abs(num(value)));
  const positive = [...growth, ...error].filter(value => value > 0);
  const low = Math.log10(Math.min(...positive)) - 0.2;
  const high = Math.log10(Math.max(...positive)) + 0.2;
  const floor = 10 ** low;
  const range = [low, high];
  const power = { type: "log", range, exponentformat: "power", nticks: 6, zeroline: false };
  return {
    traces: [
      {
        type: "scatter",
        mode: "markers",
        name: "parameters",
        x: growth.map(value => Math.max(value, floor)),
        y: error.map(value => Math.max(value, floor)),
        marker: { size: 5, color: colors.canonical, opacity: 0.45 },
        hovertemplate: "moved by %{x:.2e}<br>missed by %{y:.2e}<extra></extra>",
      },
    ],
    layout: {
      height: Math.min(width, 380),
      margin: { l: 62, r: 10, t: 8, b: 44 },
      shapes: [
        {
          type: "line",
          x0: floor,
          y0: floor,
          x1: 10 ** high,
          y1: 10 ** high,
          line: { color: colors.muted, width: 1, dash: "dash" },
        },
      ],
      xaxis: axis(colors, { title: "growth: |true − last known|", ...power }),
      yaxis: axis(colors, { title: "error: |predicted − true|", ...power }),
    },
  };
}

function lossFigure(report, backtest, colors, width) {
  const predicted = backtest.predictedLoss.map(num);
  const actual = (backtest.actualLoss || []).map(num);
  const stride = num(report.stride) || 1;
  const from = num(backtest.fromStep);
  const steps = predicted.map((_, i) => from + (i + (backtestStartsAt(report, backtest) ? 0 : 1)) * stride);
  const before = report.records
    .filter(record => num(record.step) < steps[0] && Number.isFinite(num((record.scalars || {}).loss)))
    .slice(-2 * predicted.length);
  const all = [...predicted, ...actual, ...before.map(record => num(record.scalars.loss))];
  const trace = (name, x, y, line) => ({
    type: "scatter",
    mode: "lines+markers",
    name,
    x,
    y,
    line,
    marker: { size: 5 },
    hovertemplate: `step %{x}<br>${name} %{y:.4g}<extra></extra>`,
  });
  return {
    traces: [
      trace(
        "loss before",
        before.map(record => num(record.step)),
        before.map(record => num(record.scalars.loss)),
        { color: colors.muted, width: 1.6 },
      ),
      trace("actual loss", steps, actual, { color: colors.telescoped, width: 2 }),
      trace("predicted loss", steps, predicted, { color: colors.canonical, width: 2, dash: "dash" }),
    ],
    layout: {
      height: Math.min(width, 380),
      margin: { l: 62, r: 10, t: 8, b: 44 },
      xaxis: axis(colors, { title: "step", zeroline: false, nticks: 6 }),
      yaxis: axis(colors, { title: "loss", zeroline: false, nticks: 6, ...lossScale(all) }),
    },
  };
}

// Whether the first predicted snapshot is the one at `fromStep` itself.
function backtestStartsAt(report, backtest) {
  const stride = num(report.stride) || 1;
  return num(backtest.toStep) - num(backtest.fromStep) === (num(backtest.horizon) - 1) * stride;
}

function showBacktest(report) {
  const backtest = report.backtest || {};
  const ratio = num(backtest.errorToGrowth);
  const key = (style, text) => el("span", { class: `mark ${style}` }, text);
  byId("backtest-lead").textContent = num(backtest.horizon) > 0
    ? `The last ${count(backtest.horizon)} snapshots, steps ${count(backtest.fromStep)} to ` +
      `${count(backtest.toStep)}, predicted from those before them: the median error is ${small(ratio)} of the median growth. Below 1 beats ` +
      "standing still."
    : "No snapshots were held back to be predicted.";
  if ((backtest.growth || []).some(value => num(value) !== 0)) {
    figure(
      byId("growth-figure"),
      `Error against growth of ${backtest.growth.length} parameters, both logarithmic`,
      (colors, width) => growthFigure(backtest, colors, width),
    );
    fill("growth-legend", key("point", "a parameter"), key("even", "as good as standing still"));
  } else {
    fill("growth-figure", el("p", { class: "absent" }, "No parameter was predicted."));
  }
  if ((backtest.predictedLoss || []).length) {
    figure(byId("loss-figure"), "Predicted and actual loss over the last snapshots", (colors, width) =>
      lossFigure(report, backtest, colors, width),
    );
    fill("loss-legend", key("", "before"), key("loss", "actual"), key("predicted", "predicted"));
  } else {
    fill("loss-figure", el("p", { class: "absent" }, "No loss was predicted: the run came without losses."));
  }
}
