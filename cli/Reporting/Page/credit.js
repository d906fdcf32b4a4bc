// Credit per component: the bar chart and the table of components.

const CREDITS = {
  canonical: {
    name: "Canonical",
    lead:
      "Log-volume in the data's own coordinates: 0 where a component is affine on the data, more negative the more " +
      "information a linear view of it loses. Lines are 5–95 % bootstrap intervals, " +
      "with the bias of few rows taken out: one can lie beyond its bar.",
  },
  telescoped: {
    name: "Telescoped",
    lead:
      "Log-volume in raw units: positive where a component expands what the output listens to, negative where it " +
      "contracts it. It depends on the scale of every cut. Lines are 5–95 % bootstrap intervals, " +
      "with the bias of few rows taken out: one can lie beyond its bar.",
  },
};

const creditOf = (component, metric) => num((component.credit || {})[metric]);

function creditFigure(components, metric, colors, width) {
  const narrow = width < 560;
  const values = components.map(component => creditOf(component, metric));
  const intervals = components.map(component => (component.credit || {})[`${metric}Interval`]);
  const rows = components.map((_, i) => i);
  const names = components.map(component => label(component, narrow ? 14 : 26));
  const left = Math.min(narrow ? 130 : 220, 24 + 6.9 * Math.max(...names.map(name => name.length)));
  const bars = {
    type: "bar",
    orientation: "h",
    name: "credit",
    x: values.map(v => (Number.isFinite(v) ? v : null)),
    y: rows,
    width: 0.62,
    marker: { color: colors[metric], opacity: 0.85 },
    hovertemplate: "%{customdata}<extra></extra>",
    customdata: components.map((component, i) => creditHover(component, metric, values[i], intervals[i])),
  };
  const ends = rows
    .filter(i => intervals[i])
    .flatMap(i => [
      [num(intervals[i].low), i],
      [num(intervals[i].high), i],
      [null, null],
    ]);
  const whiskers = {
    type: "scatter",
    mode: "lines+markers",
    name: "interval",
    x: ends.map(end => end[0]),
    y: ends.map(end => end[1]),
    line: { color: colors.ink, width: 1.6 },
    marker: { symbol: "line-ns-open", size: 9, color: colors.ink, line: { width: 1.6 } },
    hoverinfo: "skip",
  };
  const notes = rows.map(i => ({
    xref: "paper",
    x: 1,
    xanchor: "left",
    y: i,
    yanchor: "middle",
    showarrow: false,
    xshift: 8,
    text: Number.isFinite(values[i]) ? nats(values[i]) : "undefined",
    font: { size: 12, color: Number.isFinite(values[i]) ? colors.ink : colors.muted },
  }));
  return {
    traces: [bars, whiskers],
    layout: {
      height: 70 + 36 * Math.max(2, components.length),
      margin: { l: left, r: 76, t: 8, b: 50 },
      annotations: notes,
      xaxis: axis(colors, {
        title: narrow ? "nats" : "nats of log-volume",
        nticks: narrow ? 4 : 9,
        rangemode: "tozero",
      }),
      yaxis: axis(colors, {
        tickvals: rows,
        ticktext: names.map(plotText),
        range: [components.length - 0.4, -0.6],
        showgrid: false,
        ticklabelstandoff: 6,
        zeroline: false,
        color: colors.ink,
        fixedrange: true,
      }),
    },
  };
}

function creditHover(component, metric, value, interval) {
  const range = interval ? `<br>5–95 %: ${nats(num(interval.low))} to ${nats(num(interval.high))}` : "";
  const share = percent(num((component.credit || {})[`${metric}Share`]), 0);
  return `${plotText(label(component, 40))}<br><b>${nats(value)} nats</b>${range}<br>share ${share}`;
}

function showCredit(report) {
  const components = report.components;
  if (!components.length) {
    fill("credit-figure", el("p", { class: "absent" }, "The report holds no components."));
    return;
  }
  let metric = "canonical";
  const redraw = figure(
    byId("credit-figure"),
    `Bar chart of the credit of ${components.length} components; the table below holds the same numbers.`,
    (colors, width) => creditFigure(components, metric, colors, width),
  );
  const lead = () => {
    byId("credit-lead").textContent = CREDITS[metric].lead;
  };
  const choices = Object.entries(CREDITS).map(([key, credit]) => [key, credit.name]);
  choose("credit-switch", choices, metric, key => {
    metric = key;
    lead();
    redraw();
  });
  lead();
}

const FLAGS = {
  LOW_FIDELITY: "The linear fit misses more than 10 % of the output on held-out rows.",
  DEAD: "No change of the input reaches the output; the credit is undefined.",
  RANK_DROP: "The rank of the backward product changes here; telescoped credit mixes dimensions.",
  UNDER_DETERMINED: "Too few rows for the width.",
  COMPRESSED: "Too wide to fit in full: the activations went through a PCA first.",
  CONSTANT_OUTPUT: "The output is the same for every row.",
};

function componentRow(component) {
  const credit = component.credit || {};
  const fit = component.fit || {};
  const share = num(credit.canonicalShare);
  const defined = Number.isFinite(num(credit.canonical));
  const number = (...content) => el("td", { class: "number" }, ...content);
  return el(
    "tr",
    null,
    number(String(component.index)),
    el(
      "th",
      { scope: "row" },
      component.name || MISSING,
      el("span", { class: "sub" }, [component.kind, ...(component.operators || [])].filter(Boolean).join(" · ")),
    ),
    number(el("strong", null, nats(num(credit.canonical))), intervalNote(credit.canonicalInterval)),
    el("td", { class: "share" }, defined ? meter(share) : null, defined ? percent(share, 0) : MISSING),
    number(nats(num(credit.telescoped)), intervalNote(credit.telescopedInterval)),
    number(small(num(fit.holdOutError))),
    number(fixed(num(fit.r2), 3)),
    number(fit.fullRank ? `${count(fit.rank)} / ${count(fit.fullRank)}` : MISSING),
    el("td", { class: "nowrap" }, `${shape(component.inputShape)} → ${shape(component.outputShape)}`),
    number(count(component.parameters)),
    el("td", null, (component.flags || []).map(flagChip)),
  );
}

// A flag may break where its words do.
function flagChip(flag) {
  const words = flag.split("_").flatMap((word, i) => (i ? ["_", el("wbr"), word] : [word]));
  return el("span", { class: "flag", title: FLAGS[flag] }, words);
}

function intervalNote(interval) {
  return interval ? el("span", { class: "sub" }, `${nats(num(interval.low))} to ${nats(num(interval.high))}`) : null;
}

function showComponents(report) {
  const numeric = ["#", "Canonical", "Telescoped", "Fit error", "R²", "Rank", "Parameters"];
  const head = [
    "#",
    "Component",
    "Canonical",
    "Share",
    "Telescoped",
    "Fit error",
    "R²",
    "Rank",
    "In → out",
    "Parameters",
    "Flags",
  ].map(name => el("th", { scope: "col", class: numeric.includes(name) ? "number" : null }, name));
  fill("component-table", table("Components with credit, fit and flags", head, report.components.map(componentRow)));
}
