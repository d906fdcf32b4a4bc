// The page of a training run.

const OBSERVABLES = {
  OBSERVABLE_WEIGHTS: "weights",
  OBSERVABLE_LAYERS: "weights, and each layer",
  OBSERVABLE_NORMS: "norms of the tensors",
  OBSERVABLE_SCALARS: "losses and accuracy",
};

// What the verdict begins with.
const STATES = {
  finished: ["FINISHED", "trusted", "✓"],
  healthy: ["HEALTHY", "trusted", "→"],
  stalled: ["STALLED", "weak", "="],
  "not learning": ["NOT LEARNING", "contradicted", "!"],
  unstable: ["UNSTABLE", "contradicted", "!"],
  "badly initialised": ["BAD START", "contradicted", "!"],
};

const stateOf = report => STATES[(report.verdict || "").split(":")[0]] || ["TOO SHORT", "few", "…"];

const plural = (number, what) => `${count(number)} ${what}${num(number) === 1 ? "" : "s"}`;

function trainingTiles(report, windows) {
  const [state, style, sign] = stateOf(report);
  const last = windows[windows.length - 1];
  const losses = report.records.map(record => num((record.scalars || {}).loss)).filter(Number.isFinite);
  const backtest = report.backtest || {};
  return [
    el(
      "div",
      { class: "tile" },
      el("span", { class: `badge ${style}` }, el("span", { "aria-hidden": "true" }, sign), state),
      el("em", null, `${plural(report.marks.length, "mark")}, ${plural(windows.length, "window")}`),
    ),
    tile(count(report.snapshots), num(report.snapshots) === 1 ? "snapshot" : "snapshots", `steps ${count(report.firstStep)} to ${count(report.lastStep)}`),
    last && hasModes(last)
      ? tile(percent(num(last.nearOneMass)), "near one", "of the last window's importance")
      : null,
    last && hasModes(last) ? tile(fixed(num(last.instability), 4), "largest |λ|", "above 1 a mode grows") : null,
    losses.length ? tile(small(losses[losses.length - 1]), "last loss", `from ${small(losses[0])}`) : null,
    num(backtest.horizon) > 0
      ? tile(small(num(backtest.errorToGrowth)), "error to growth", `over ${plural(backtest.horizon, "snapshot")}`)
      : null,
  ].filter(Boolean);
}

function showTrainingHeader(report, windows, name) {
  byId("model").textContent = name || "Unnamed run";
  byId("subtitle").textContent =
    `${plural(report.tensors.length, "tensor")} · ${plural(report.parameters, "parameter")} · ` +
    `${plural(report.snapshots, "snapshot")}${num(report.stride) > 1 ? `, every ${count(report.stride)} steps` : ""}`;
  fill("tiles", trainingTiles(report, windows));
}

function showTrainingFacts(report) {
  const window = report.windowOptions || {};
  const stop = report.stopOptions || {};
  const alarm = report.alarm || {};
  const facts = [
    ["Observable", OBSERVABLES[report.observable]],
    ["Window", window.length && `${count(window.length)} pairs, every ${count(window.hop)}`],
    ["Delays", window.delays && `${count(window.delays)}${window.noConstant ? ", no constant" : ", with a constant"}`],
    ["Rank tolerance", window.relativeTolerance !== undefined ? small(num(window.relativeTolerance)) : null],
    ["Residual limit", window.residual !== undefined ? small(num(window.residual)) : null],
    ["Near one", window.nearness !== undefined ? `|λ − 1| ≤ ${small(num(window.nearness))}` : null],
    [
      "Stop",
      stop.nearOneMass !== undefined
        ? `near-one mass ${percent(num(stop.nearOneMass))}, transient ${small(num(stop.transientMass))}, ` +
          `loss slope ${small(num(stop.lossSlope))}, ${count(stop.patience)} windows in a row`
        : null,
    ],
    [
      "Alarm",
      alarm.step !== undefined
        ? `score ${small(num(alarm.score))} at step ${count(alarm.step)}, ` +
          (alarm.threshold === undefined ? "" : `threshold ${small(num(alarm.threshold))}, `) +
          (num(alarm.nullRuns) > 0 ? `calibrated on ${count(alarm.nullRuns)} runs` : "not calibrated")
        : null,
    ],
  ].filter(([, value]) => value);
  fill(
    "facts",
    facts.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))),
  );
  const rows = report.tensors.map(tensor =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, tensor.name),
      el("td", { class: "number" }, shape((tensor.shape || []).map(count))),
    ),
  );
  const head = [el("th", { scope: "col" }, "Tensor"), el("th", { scope: "col", class: "number" }, "Shape")];
  fill("tensors", table("Tensors", head, rows));
}

showPage(() => {
  const report = read("report-data");
  const findings = read("findings-data");
  const name = read("name-data");
  for (const list of ["tensors", "records", "windows", "marks", "warnings"]) report[list] = report[list] || [];
  const windows = report.windows.filter(window => !window.layer);
  return {
    report,
    sections: [
      data => showTrainingHeader(data, windows, name),
      () => showSentences({}, findings, "The rules are still reconstructions of their papers."),
      data => showTimeline(data, windows),
      () => showPlane(windows),
      () => showModes(windows),
      showBacktest,
      showWindows,
      showTrainingFacts,
      data => showFooter(data, "report.json"),
    ],
  };
});
