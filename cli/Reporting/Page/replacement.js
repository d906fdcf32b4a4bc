// The page of a replacement.

function replacementTiles(report) {
  const hybrid = report.front[subjectOf(report)];
  const original = report.original || {};
  const nothing = report.chosen < 0;
  const verdict = el(
    "div",
    { class: "tile" },
    el(
      "span",
      { class: `badge ${nothing ? "weak" : "trusted"}` },
      el("span", { "aria-hidden": "true" }, nothing ? "∅" : "✓"),
      nothing ? "REPLACE NOTHING" : "REPLACE",
    ),
    el(
      "em",
      null,
      nothing ? "the best of the front is shown" : `hybrid ${report.chosen + 1} of ${report.front.length}`,
    ),
  );
  const measure = measureOf(report);
  if (!hybrid) return [verdict, tile(percent(num(original.score), 2), measure, "the original")];
  const latency = (hybrid.latencies || [])[0];
  const sound = (hybrid.bounds || {}).sound;
  return [
    verdict,
    tile(percent(scoreOf(hybrid.performance), 2), measure, `the original ${percent(num(original.score), 2)}`),
    tile(
      fixed(workOf(report, hybrid.costs), 2),
      "of the work",
      `${count(hybrid.costs.operations)} of ${count((report.originalCosts || {}).operations)} operations a row`,
    ),
    latency
      ? tile(
          fixed(num(latency.ratio), 2),
          "of the time",
          `batch ${latency.batch}: ${fixed(num(latency.ratioLow), 2)} to ${fixed(num(latency.ratioHigh), 2)}`,
        )
      : null,
    stands(sound) ? tile(small(num(sound.output)), "sound bound", "largest output difference in the box") : null,
  ].filter(Boolean);
}

function showReplacementHeader(report) {
  const model = report.model || {};
  const data = report.data || {};
  byId("model").textContent = model.name || "Unnamed model";
  byId("subtitle").textContent = data.name
    ? `on ${data.name} · ${count(data.rows)} rows: ${count(data.fitRows)} to fit, ${count(data.selectRows)} to choose, ` +
      `${count(data.calibrateRows)} to calibrate, ${count(data.testRows)} to report on`
    : "";
  fill("tiles", replacementTiles(report));
}

function hybridRow(report, hybrid, i) {
  const number = (...content) => el("td", { class: "number" }, ...content);
  const performance = hybrid.performance || {};
  const interval =
    num(performance.scoreHigh) > 0
      ? `${percent(num(performance.scoreLow), 1)} to ${percent(num(performance.scoreHigh), 1)}`
      : "";
  const baseline = name => percent(scoreOf((baselineOf(hybrid, name) || {}).performance), 2);
  const costs = hybrid.costs || {};
  const times = (hybrid.latencies || []).map(latency => [
    `${latency.batch}: ${fixed(num(latency.ratio), 2)}`,
    el("span", { class: "sub" }, `${fixed(num(latency.ratioLow), 2)} to ${fixed(num(latency.ratioHigh), 2)}`),
  ]);
  return el(
    "tr",
    { class: i === report.chosen ? "leading" : null },
    number(i === report.chosen ? `✓ ${i + 1}` : String(i + 1)),
    el(
      "th",
      { scope: "row" },
      (hybrid.regions || []).map(region => el("span", { class: "line" }, regionName(region))),
      el("span", { class: "sub" }, (hybrid.operators || []).join(" ")),
    ),
    number(el("strong", null, percent(num(performance.score), 2)), el("span", { class: "sub" }, interval)),
    number(baseline("affine")),
    number(baseline("skip")),
    number(...times.flat()),
    number(fixed(workOf(report, costs), 2), el("span", { class: "sub" }, count(costs.operations))),
    number(count(costs.parameters)),
    number(costs.unstableRelus === undefined ? MISSING : `${count(costs.unstableRelus)} / ${count(costs.relus)}`),
    number(percent(num(performance.relativeRmse), 1)),
  );
}

function showHybrids(report) {
  const names = [
    "#",
    "Replaced",
    capital(measureOf(report)),
    "Affine",
    "Skip",
    "Time",
    "Work",
    "Parameters",
    "Unstable ReLUs",
    "Output RMSE",
  ];
  const head = names.map((name, i) => el("th", { scope: "col", class: i === 1 ? null : "number" }, name));
  fill(
    "hybrid-table",
    report.front.length
      ? table(
          "Hybrids of the front",
          head,
          report.front.map((hybrid, i) => hybridRow(report, hybrid, i)),
        )
      : el("p", { class: "absent" }, "None was exported."),
  );
}

function boxText(box) {
  if (box && box.uniform)
    return `every feature in [${small(num(box.uniform.lower))}, ${small(num(box.uniform.upper))}]`;
  if (box && box.around) return `within ${small(num(box.around.radius))} of row ${box.around.row}`;
  if (box && box.bounds) return "bounds given a feature";
  const margin = num(((box || {}).data || {}).margin);
  return `the range of the rows to fit${margin > 0 ? ` and ${percent(margin)} more` : ""}`;
}

function showReplacementFacts(report) {
  const model = report.model || {};
  const environment = report.environment || {};
  const options = report.options || {};
  const facts = [
    ["Run", report.runId],
    ["Written", report.createdAt],
    ["KoopmanMesh", report.toolVersion && `${report.toolVersion}, report schema ${report.schemaVersion}`],
    ["Asked for", (options.regions || []).length ? options.regions.join(", ") : "whatever is worth it"],
    ["Lifts", (options.lifts || []).join(", ")],
    ["Ranks", (options.ranks || []).map(rank => (rank ? String(rank) : "full")).join(", ")],
    ["Box", boxText(options.box)],
    ["Seed", options.seed],
    ["Model", model.producer && `${model.producer}, opset ${model.opset}, IR ${model.irVersion}`],
    ["Model SHA-256", model.digest],
    ["Data SHA-256", (report.data || {}).digest],
    ["Hybrid SHA-256", (report.front[subjectOf(report)] || {}).digest],
    ["Linear algebra", environment.linearAlgebra],
    ["ONNX Runtime", environment.onnxRuntime],
    [".NET", environment.dotnet && `${environment.dotnet}, ${environment.cores} cores`],
  ].filter(([, value]) => value);
  fill(
    "facts",
    facts.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))),
  );
}

// Warnings that are not said above: of stand-ins that were tried and are no part of the hybrid.
function showNotes(report, findings) {
  const said = findings.map(finding => finding.text);
  const notes = distinct(report.warnings || []).filter(text => !said.includes(text));
  if (!notes.length) return;
  fill(
    "notes",
    el("summary", null, `${count(notes.length)} notes on other stand-ins`),
    el(
      "ul",
      null,
      notes.map(text => el("li", null, text)),
    ),
  );
  byId("notes").hidden = false;
}

showPage(() => {
  const report = read("report-data");
  const findings = read("findings-data");
  const chain = read("chain-data");
  report.front = report.front || [];
  report.candidates = report.candidates || [];
  return {
    report,
    sections: [
      showReplacementHeader,
      () => showSentences({}, findings, "The numbers are of these rows; other data may do differently."),
      data => showNetwork(data, chain),
      showFront,
      showBounds,
      showHybrids,
      showTimings,
      showReplacementFacts,
      data => showNotes(data, findings),
      data => showFooter(data, "replacement.json"),
    ],
  };
});
