// Reads the two data blocks and shows every section; one that fails does not take the others with it.

const read = id => JSON.parse(byId(id).textContent);

function show() {
  const report = read("report-data");
  const findings = read("findings-data");
  report.components = report.components || [];
  const sections = [
    showHeader,
    data => showSentences(data, findings),
    showCredit,
    showAudit,
    showComponents,
    showSpectra,
    showTimings,
    showFacts,
    showFooter,
  ];
  for (const section of sections) {
    try {
      section(report);
    } catch (error) {
      fail(`A part of this report could not be drawn: ${error.message}`);
      console.error(error);
    }
  }
  watchTheme();
}

function fail(message) {
  const banner = byId("failure");
  banner.textContent = message;
  banner.hidden = false;
}

try {
  show();
} catch (error) {
  fail(`This report's data cannot be read: ${error.message}`);
  console.error(error);
}
