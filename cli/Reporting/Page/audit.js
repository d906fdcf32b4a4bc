// The audit: verdicts, correlations, and what each intervention did.

const METRICS = {
  canonical: ["canonical", "Canonical"],
  telescoped: ["telescoped", "Telescoped"],
  local: ["local", "Local"],
  "qr-chained": ["qrChained", "QR-chained"],
  "backward-det": ["backwardDet", "Backward det"],
  "operator-det": ["operatorDet", "Operator det"],
};

const CLAIMS = {
  CLAIM_IRREPLACEABILITY: ["Irreplaceability", "what is lost when a linear stand-in replaces a component"],
  CLAIM_SENSITIVITY: ["Sensitivity", "what a perturbation of a component's output does"],
};

const VERDICTS = {
  VERDICT_TRUSTED: ["trusted", "✓", "TRUSTED"],
  VERDICT_WEAK: ["weak", "~", "WEAK"],
  VERDICT_CONTRADICTED: ["contradicted", "✕", "CONTRADICTED"],
  VERDICT_TOO_FEW_COMPONENTS: ["few", "?", "TOO FEW TO TELL"],
};

const metricName = metric => (METRICS[metric] || [metric, metric])[1];

function badge(verdict) {
  const [style, sign, name] = VERDICTS[verdict] || ["few", "?", "NO VERDICT"];
  return el("span", { class: `badge ${style}` }, el("span", { "aria-hidden": "true" }, sign), name);
}

function verdictTable(audit) {
  const claims = distinct(audit.verdicts.map(verdict => verdict.claim));
  const head = [
    el("th", { scope: "col" }, "Metric"),
    ...claims.map(claim =>
      el(
        "th",
        { scope: "col" },
        (CLAIMS[claim] || [claim])[0],
        el("span", { class: "sub" }, (CLAIMS[claim] || ["", ""])[1]),
      ),
    ),
  ];
  const rows = distinct(audit.verdicts.map(verdict => verdict.metric)).map(metric =>
    el(
      "tr",
      { class: metric === "canonical" ? "leading" : null },
      el("th", { scope: "row" }, metricName(metric)),
      claims.map(claim =>
        verdictCell(
          audit.verdicts.find(v => v.metric === metric && v.claim === claim),
          claim,
        ),
      ),
    ),
  );
  return el("div", { class: "scroll" }, table("Verdicts by credit metric and claim", head, rows));
}

function verdictCell(verdict, claim) {
  const name = (CLAIMS[claim] || [claim])[0];
  if (!verdict) return el("td", { "data-claim": name }, MISSING);
  return el("td", { "data-claim": name }, badge(verdict.verdict), el("p", { class: "reason" }, prose(verdict.reason)));
}

function heatCell(value, strength, kind, text, title) {
  const cell = el("td", { class: `heat ${kind}`, title }, text);
  if (Number.isFinite(value))
    cell.style.setProperty("--strength", `${Math.round(100 * Math.min(1, Math.max(0, strength)))}%`);
  return cell;
}

function correlationTable(audit, effect) {
  const interventions = distinct(audit.correlations.map(c => c.intervention));
  const metrics = distinct(audit.correlations.map(c => c.metric));
  const head = [
    el("th", { scope: "col" }, "Spearman of |metric|"),
    ...interventions.map(name => el("th", { scope: "col", class: "heat" }, name)),
  ];
  const rows = metrics.map(metric =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, metricName(metric)),
      interventions.map(name => {
        const found = audit.correlations.find(
          c => c.metric === metric && c.intervention === name && c.effect === effect,
        );
        if (!found) return el("td", { class: "heat" }, MISSING);
        const rho = num(found.spearman);
        const p = num(found.pValue);
        return heatCell(
          rho,
          0.75 * Math.abs(rho),
          rho >= 0 ? "agree" : "oppose",
          `${fixed(rho, 2)}${p <= 0.05 ? " *" : ""}`,
          `Kendall ${fixed(num(found.kendall), 2)}, ${probability(p)}, ${found.components} components`,
        );
      }),
    ),
  );
  return table(`Spearman correlations of each metric with ${effect}`, head, rows);
}

function showCorrelations(audit) {
  if (!audit.correlations.length) return;
  const effects = distinct(audit.correlations.map(c => c.effect));
  const body = el("div", { class: "scroll" });
  const controls = el("div", { class: "switch", role: "group", "aria-label": "Effect" });
  const show = effect => body.replaceChildren(correlationTable(audit, effect));
  choose(
    controls,
    effects.map(effect => [effect, effect.replace("-", " ")]),
    effects[0],
    show,
  );
  show(effects[0]);
  fill(
    "correlations",
    el("div", { class: "section-head" }, el("h3", null, "Every metric against every intervention"), controls),
    body,
    el(
      "p",
      { class: "sub" },
      "* one-sided permutation p ≤ 0.05. Blue agrees, orange opposes; hover for Kendall τ and p.",
    ),
  );
}

function showInterventions(report) {
  const audit = report.audit;
  const names = distinct(audit.interventions.map(result => result.intervention));
  if (!names.length) return;
  const most = Object.fromEntries(
    names.map(name => [
      name,
      Math.max(
        ...audit.interventions
          .filter(r => r.intervention === name)
          .map(r => num(r.divergence))
          .filter(Number.isFinite),
      ),
    ]),
  );
  const head = [
    el("th", { scope: "col" }, "Component"),
    ...names.map(name => el("th", { scope: "col", class: "heat" }, name)),
  ];
  const rows = report.components.map(component =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, label(component, 32)),
      names.map(name => {
        const result = audit.interventions.find(r => r.intervention === name && r.component === component.index);
        if (!result) return el("td", { class: "heat" }, MISSING);
        const divergence = num(result.divergence);
        const drop = num(result.accuracyDrop);
        const cell = heatCell(
          divergence,
          (0.75 * divergence) / most[name],
          "agree",
          small(divergence),
          `± ${small(num(result.standardError))} over ${result.draws} draw${result.draws === 1 ? "" : "s"}`,
        );
        if (Number.isFinite(drop)) cell.append(el("span", { class: "sub" }, percent(drop, 2)));
        return cell;
      }),
    ),
  );
  const unit = audit.divergence === "kl" ? "Kullback–Leibler divergence in nats" : "relative mean squared error";
  fill(
    "interventions",
    el(
      "details",
      null,
      el("summary", null, "What each intervention did to each component"),
      el(
        "p",
        { class: "sub" },
        `${unit} of the outputs against the intact network; below it, where labels were given, the accuracy lost.`,
      ),
      el("div", { class: "scroll" }, table("Effects of interventions", head, rows)),
    ),
  );
}

function showAudit(report) {
  const audit = report.audit;
  if (!audit || audit.reasonAbsent || !audit.verdicts.length) {
    byId("audit-lead").textContent = "Nothing here checks the credits.";
    fill("verdicts", el("p", { class: "absent" }, (audit && audit.reasonAbsent) || "The run has no audit."));
    if (!audit || !audit.interventions.length) return;
  } else {
    byId("audit-lead").textContent =
      `Each component was replaced or perturbed in turn on ${count(audit.rows)} rows, and what that did to the output ` +
      "was compared with what each credit metric had said. A credit predicts what it predicts: every claim is tested " +
      "apart.";
    fill("verdicts", verdictTable(audit));
  }
  const claims = distinct(audit.correlations.map(c => c.claim).concat(audit.verdicts.map(v => v.claim)));
  const panels = claims.map(claim => effectPanel(report, claim)).filter(Boolean);
  fill(
    "effects",
    panels.map(entry => entry.panel),
  );
  panels.forEach(entry => entry.plot());
  showCorrelations(audit);
  showInterventions(report);
}
