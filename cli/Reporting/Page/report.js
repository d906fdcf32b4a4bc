// The page of an analysis.

showPage(() => {
  const report = read("report-data");
  const findings = read("findings-data");
  report.components = report.components || [];
  return {
    report,
    sections: [
      showHeader,
      data => showSentences(data, findings, "Credits are still linear views of a nonlinear network."),
      showCredit,
      showAudit,
      showComponents,
      showSpectra,
      showTimings,
      showFacts,
      data => showFooter(data, "report.json"),
    ],
  };
});
