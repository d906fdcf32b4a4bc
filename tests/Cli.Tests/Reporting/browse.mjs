// Opens pages in headless Chromium and prints what was seen as a JSON array:
// browse.mjs PLAYWRIGHT CHROMIUM (PAGE WIDTH SCHEME)...
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [playwright, executablePath, ...visits] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)(playwright);

const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ],
});
const seen = [];
for (let i = 0; i < visits.length; i += 3) seen.push(await visit(...visits.slice(i, i + 3)));
await browser.close();
process.stdout.write(JSON.stringify(seen));

async function visit(file, width, colorScheme) {
  const context = await browser.newContext({ colorScheme, viewport: { width: Number(width), height: 900 } });
  const page = await context.newPage();
  const problems = [];
  const requests = [];
  page.on("console", message => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", error => problems.push(error.message));
  page.on("dialog", dialog => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", request => requests.push(request.url()));
  const address = pathToFileURL(file).href;
  await page.goto(address);
  await page.waitForFunction(() => document.getElementById("footer").childElementCount > 0);
  const first = await page.evaluate(look);
  const barsAfter = await useEveryControl(page);
  await context.close();
  return { ...first, barsAfter, problems, requests: requests.filter(url => url !== address) };
}

// Runs in the page.
function look() {
  const plots = [...document.querySelectorAll(".js-plotly-plot")];
  const traces = plots.flatMap(plot => plot.data);
  const points = name =>
    traces
      .filter(trace => trace.name === name)
      .map(trace => trace.x.filter((x, i) => x !== null && trace.y[i] !== null).length);
  const foreign = [...document.querySelectorAll("img, iframe, object, embed, link, script[src]")];
  const failure = document.getElementById("failure");
  return {
    failure: failure.hidden ? "" : failure.textContent,
    plots: plots.length,
    drawn: plots.filter(plot => plot.querySelector(".main-svg .trace, .main-svg .point")).length,
    bars: points("credit"),
    eigenvalues: points("eigenvalues"),
    effects: points("effects"),
    decays: points("one-step fit"),
    candidates: points("candidates"),
    hybrids: points("hybrids"),
    rungs: ["seen", "conformal", "sound"].flatMap(points),
    rest: points("near-one mass"),
    modes: points("modes"),
    parameters: points("parameters"),
    errors: traces.filter(trace => trace.name === "parameters").map(trace => new Set(trace.y).size),
    losses: ["loss", "validation loss"].flatMap(points),
    forecasts: ["predicted loss", "actual loss"].flatMap(points),
    speedups: points("speed-up"),
    taking: points("taking"),
    walls: points("walls"),
    parts: [...document.querySelectorAll("#strip > li")].map(part => part.innerText),
    title: document.title,
    labels: [...document.querySelectorAll("#credit-figure .ytick text")].map(text => text.textContent),
    subtitle: document.getElementById("subtitle")?.textContent,
    heading: document.querySelector("h1").textContent,
    foreign: foreign.map(node => node.outerHTML.slice(0, 80)),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    text: document.querySelector("main").innerText,
    background: getComputedStyle(document.body).backgroundColor,
  };
}

// The other metric, the other effect, another intervention, and a print: what they break shows up among the problems.
async function useEveryControl(page) {
  for (const control of await page.$$(".switch button[aria-pressed=false], #correlations button[aria-pressed=false]")) {
    await control.click();
  }
  const selects = "#effects select, :is(#modes-window, #layer, #pieces-point):has(option + option)";
  for (const control of await page.$$(selects)) await control.selectOption({ index: 1 });
  return page.evaluate(() => {
    dispatchEvent(new Event("beforeprint"));
    dispatchEvent(new Event("afterprint"));
    const bars = ((document.getElementById("credit-figure") || {}).data || [])[0];
    return bars ? bars.x : [];
  });
}
