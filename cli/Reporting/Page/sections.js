// The header, the sentences, and the facts of the run.

function tile(value, name, note) {
  return el(
    "div",
    { class: "tile" },
    el("strong", null, value),
    el("span", null, name),
    note ? el("em", null, note) : null,
  );
}

function showHeader(report) {
  const model = report.model || {};
  const data = report.data || {};
  const parity = report.parity;
  const total = report.total || {};
  byId("model").textContent = model.name || "Unnamed model";
  const labels = data.labelled ? "" : ", unlabelled";
  const ends = `${shape(model.inputShape)} → ${shape(model.outputShape)}`;
  byId("subtitle").textContent = data.name ? `on ${data.name} · ${count(data.rows)} rows${labels} · ${ends}` : "";
  const accuracy = report.accuracy;
  fill(
    "tiles",
    [
      accuracy
        ? tile(percent(num(accuracy.original), 2), "accuracy", `${count(accuracy.correct)} of ${count(accuracy.rows)}`)
        : null,
      tile(
        count(report.components.length),
        report.components.length === 1 ? "component" : "components",
        `${count(model.parameters)} parameters`,
      ),
      tile(nats(num(total.canonicalLogPdet)), "nats canonical", `telescoped ${nats(num(total.logPdet))}`),
      parity
        ? tile(
            parity.bitwiseEqual ? "exact" : small(num(parity.maxRelativeDifference)),
            "parity",
            parity.bitwiseEqual ? "same bits with probes" : `replay within ${small(num(parity.maxReplayDifference))}`,
          )
        : null,
      verdictTile(report.audit),
    ].filter(Boolean),
  );
}

function verdictTile(audit) {
  const verdict = ((audit || {}).verdicts || []).find(
    v => v.metric === "canonical" && v.claim === "CLAIM_IRREPLACEABILITY",
  );
  if (!verdict) return el("div", { class: "tile" }, badge("none"), el("span", null, "as irreplaceability"));
  return el(
    "div",
    { class: "tile" },
    badge(verdict.verdict),
    el("span", null, "as irreplaceability"),
    el("em", null, `Spearman ${fixed(num(verdict.spearman), 2)}`),
  );
}

const SIGNS = { Result: ["result", "→"], Trust: ["trust", "✓"], Caution: ["caution", "!"] };

function sentence(kind, text) {
  const [style, sign] = SIGNS[kind] || SIGNS.Result;
  return el(
    "li",
    { class: style },
    el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el("span", null, prose(text)),
  );
}

function showSentences(report, findings, nothing) {
  const cautions = findings.filter(finding => finding.kind === "Caution").map(finding => finding.text);
  const all = distinct([...cautions, ...(report.warnings || [])]);
  fill(
    "results",
    findings.filter(finding => finding.kind !== "Caution").map(f => sentence(f.kind, f.text)),
  );
  fill(
    "cautions",
    all.length ? all.map(text => sentence("Caution", text)) : sentence("Trust", `Nothing was flagged. ${nothing}`),
  );
}

function showTimings(report) {
  const times = (report.timings || [])
    .map(time => [time.stage, num(time.seconds)])
    .filter(([, value]) => Number.isFinite(value));
  if (!times.length) {
    fill("timings", el("p", { class: "absent" }, "No times were recorded."));
    return;
  }
  const all = times.reduce((sum, [, value]) => sum + value, 0);
  const most = Math.max(...times.map(([, value]) => value));
  const row = ([stage, value]) =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, stage),
      el("td", { class: "wide" }, meter(value / most)),
      el("td", { class: "number" }, seconds(value)),
    );
  fill(
    "timings",
    el(
      "table",
      { class: "timings" },
      el("caption", { class: "unseen" }, "Seconds by stage"),
      el("tbody", null, times.map(row)),
      el(
        "tfoot",
        null,
        el("tr", null, el("th", { scope: "row" }, "all stages"), el("td"), el("td", { class: "number" }, seconds(all))),
      ),
    ),
  );
}

const BATCHING = {
  free: "free",
  rewritten: "rewritten to a free batch axis, checked",
  "row-by-row": "row by row",
  none: "input without a batch axis",
};

function showFacts(report) {
  const model = report.model || {};
  const data = report.data || {};
  const environment = report.environment || {};
  const options = report.options || {};
  const facts = [
    ["Run", report.runId],
    ["Written", report.createdAt],
    ["KoopmanMesh", report.toolVersion && `${report.toolVersion}, report schema ${report.schemaVersion}`],
    ["Model", model.producer && `${model.producer}, opset ${model.opset}, IR ${model.irVersion}`],
    ["Model SHA-256", model.digest],
    ["Batching", BATCHING[model.batching] || model.batching],
    ["Repairs", (model.repairs || []).join(" ")],
    [
      "Data",
      data.format &&
        `${data.format}, ${count(data.rows)} rows of ${shape(data.rowShape)}, scale ${small(num(data.scale))}`,
    ],
    ["Data SHA-256", data.digest],
    [
      "Bootstraps",
      num(options.bootstraps) > 0
        ? `${count(options.bootstraps)} over ${count(options.blocks)} row blocks, seed ${options.seed}`
        : "off",
    ],
    ["Rank tolerance", Number.isFinite(num(options.rankTolerance)) ? small(num(options.rankTolerance)) : null],
    ["Linear algebra", environment.linearAlgebra],
    ["ONNX Runtime", environment.onnxRuntime],
    [".NET", environment.dotnet && `${environment.dotnet}, ${environment.cores} cores`],
  ].filter(([, value]) => value);
  fill(
    "facts",
    facts.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))),
  );
}

function showFooter(report, name) {
  const save = el("button", { type: "button", class: "more" }, `Save ${name}`);
  save.addEventListener("click", () => {
    const blob = new Blob([JSON.stringify(report, null, 2)], { type: "application/json" });
    const link = el("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  fill("footer", el("span", null, `KoopmanMesh ${report.toolVersion || ""} · plots by plotly.js (MIT)`), save);
}
