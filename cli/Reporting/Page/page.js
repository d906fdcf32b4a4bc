// A page is its sections; one that fails does not take the others with it.

const read = id => JSON.parse(byId(id).textContent);

function fail(message) {
  const banner = byId("failure");
  banner.textContent = message;
  banner.hidden = false;
}

// `load()` reads the data blocks and returns what to show and the sections that show it.
function showPage(load) {
  try {
    const { report, sections } = load();
    for (const section of sections) {
      try {
        section(report);
      } catch (error) {
        fail(`A part of this report could not be drawn: ${error.message}`);
        console.error(error);
      }
    }
    watchTheme();
  } catch (error) {
    fail(`This report's data cannot be read: ${error.message}`);
    console.error(error);
  }
}
