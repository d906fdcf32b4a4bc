// Words for hybrids, and the network as a strip of components with what is replaced in it.

const regionName = region =>
  region.lift === "skip"
    ? `${region.region} left out`
    : region.lift === "constant"
      ? `${region.region} by its mean`
      : `${region.region} by ${region.lift}, rank ${region.rank}`;

const hybridName = hybrid => (hybrid.regions || []).map(regionName).join(" and ");

// What a switch between the hybrids of the front offers; the chosen one bears a mark.
const hybridChoices = report => report.front.map((_, i) => [i, i === report.chosen ? `${i + 1} ✓` : String(i + 1)]);

const subjectOf = report => Math.max(0, report.chosen);

const measureOf = report => report.measure || "score";

const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

// Components of a region "a" or "a..b", as positions in the chain; none where the names are unknown.
function span(names, region) {
  const whole = names.indexOf(region);
  if (whole >= 0) return [whole, whole];
  for (let at = region.indexOf(".."); at >= 0; at = region.indexOf("..", at + 1)) {
    const [from, to] = [names.indexOf(region.slice(0, at)), names.indexOf(region.slice(at + 2))];
    if (from >= 0 && to >= from) return [from, to];
  }
  return null;
}

function componentCard(component) {
  return el(
    "li",
    { class: "part" },
    el("strong", null, component.name || MISSING),
    el("span", { class: "sub" }, (component.operators || []).join(" ")),
    el("span", { class: "sub" }, `${shape(component.inputShape)} → ${shape(component.outputShape)}`),
  );
}

function replacedCard(region, components) {
  return el(
    "li",
    { class: "part replaced" },
    el("strong", null, region.lift),
    el("span", { class: "sub" }, `rank ${region.rank}, ${count(region.observables)} observables`),
    el("span", { class: "sub" }, `${region.beforeWidth} → ${region.afterWidth}`),
    el(
      "span",
      { class: "gone" },
      components.map(component => el("s", null, component.name)),
    ),
  );
}

function strip(components, hybrid) {
  const names = components.map(component => component.name);
  const spans = (hybrid.regions || []).map(region => [region, span(names, region.region)]).filter(([, at]) => at);
  const cards = [];
  for (let i = 0; i < components.length; i++) {
    const found = spans.find(([, [from]]) => from === i);
    if (found) {
      const [region, [from, to]] = found;
      cards.push(replacedCard(region, components.slice(from, to + 1)));
      i = to;
    } else cards.push(componentCard(components[i]));
  }
  return cards;
}

function showNetwork(report, chain) {
  const components = chain.components || [];
  if (!report.front.length) {
    byId("network-lead").textContent = "No hybrid was exported: this is the original.";
    fill("strip", components.map(componentCard));
    return;
  }
  const show = i => {
    const hybrid = report.front[i];
    const errors = (hybrid.regions || []).map(r => percent(num(r.heldOutError))).join(" and ");
    byId("network-lead").textContent =
      `${i + 1}: ${hybridName(hybrid)}. On rows held out of the fit it misses ${errors} of the region's output.`;
    fill("strip", strip(components, hybrid));
  };
  choose("network-switch", hybridChoices(report), subjectOf(report), show);
  show(subjectOf(report));
}
