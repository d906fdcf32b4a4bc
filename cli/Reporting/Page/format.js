// Numbers and nodes. Nothing from the report ever becomes markup: strings enter the page as text nodes only.

const MISSING = "–";

// An absent number is undefined; proto JSON writes one that is not finite as a string.
const num = value => (value === undefined || value === null || value === "" ? NaN : Number(value));

const minus = text => text.replace("-", "−");

function nats(value) {
  if (!Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  const text = value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}

// A sentence's numbers with the same minus sign as the page's own; hyphens inside names stay.
const prose = text => text.replace(/(^|[\s(])-(?=\d)/g, "$1−");

function percent(value, decimals = 1) {
  return Number.isFinite(value) ? `${minus((100 * value).toFixed(decimals))} %` : MISSING;
}

function small(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? MISSING : minus(value > 0 ? "∞" : "-∞");
  if (value === 0) return "0";
  const size = Math.abs(value);
  return minus(size < 1e-3 || size >= 1e4 ? value.toExponential(1) : String(Number(value.toPrecision(3))));
}

const fixed = (value, decimals) => (Number.isFinite(value) ? minus(value.toFixed(decimals)) : MISSING);

const count = value => (Number.isFinite(num(value)) ? num(value).toLocaleString("en-US") : MISSING);

const shape = dims => (dims && dims.length ? dims.join("×") : "scalar");

const probability = p => (!Number.isFinite(p) ? "p –" : p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`);

function seconds(value) {
  if (!Number.isFinite(value)) return MISSING;
  return value >= 60
    ? `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`
    : `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

// Layer names share their beginnings, so a long one keeps both ends.
function shorten(text, most) {
  const letters = Array.from(text);
  if (letters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (most - 1 - head)).join("")}`;
}

// Plotly reads a little HTML in its texts, so what could be markup is spelt as entities.
function plotText(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function label(component, most = 20) {
  return `${component.index}  ${shorten(component.name || component.kind || "component", most)}`;
}

// el("td", {class: "number"}, "text", node): attributes are set one by one, children are text or nodes.
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter(child => child !== undefined && child !== null));
  return node;
}

const distinct = values => [...new Set(values)];

const byId = id => document.getElementById(id);

const fill = (id, ...children) => byId(id).replaceChildren(...children.flat());

function table(caption, head, rows) {
  return el(
    "table",
    null,
    el("caption", { class: "unseen" }, caption),
    el("thead", null, el("tr", null, head)),
    el("tbody", null, rows),
  );
}

function meter(share) {
  const bar = el("span", { class: "bar" });
  bar.style.width = `${(100 * Math.min(1, Math.max(0, share || 0))).toFixed(1)}%`;
  return el("span", { class: "meter", "aria-hidden": "true" }, bar);
}

// A row of buttons of which one is pressed.
function choose(id, choices, chosen, onChoice) {
  const buttons = choices.map(([key, name]) => {
    const button = el("button", { type: "button", "aria-pressed": String(key === chosen) }, name);
    button.addEventListener("click", () => {
      buttons.forEach(other => other.setAttribute("aria-pressed", String(other === button)));
      onChoice(key);
    });
    return button;
  });
  (typeof id === "string" ? byId(id) : id).replaceChildren(...buttons);
}
