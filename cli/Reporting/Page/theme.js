// Figures know how to build themselves for a palette and a width; the theme, the window and the printer redraw them.

const figures = [];

function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = name => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: read("ink"),
    muted: read("muted"),
    line: read("line"),
    card: read("card"),
    canonical: read("canonical"),
    telescoped: read("telescoped"),
    shade: read("shade"),
    good: read("good"),
    bad: read("bad"),
    residual: [
      [0, read("residual-low")],
      [0.5, read("residual-mid")],
      [1, read("residual-high")],
    ],
  };
}

function axis(colors, more) {
  const { title, ...rest } = more;
  return {
    color: colors.muted,
    gridcolor: colors.line,
    zerolinecolor: colors.muted,
    zerolinewidth: 1,
    linecolor: colors.line,
    ticks: "",
    fixedrange: false,
    automargin: false,
    title: title ? { text: title, standoff: 8 } : undefined,
    ...rest,
  };
}

// Axes of the complex plane up to ±reach with the unit circle: |λ| = 1 is where modes neither grow nor decay.
function complexPlane(colors, reach, ticks) {
  return {
    xaxis: axis(colors, { range: [-reach, reach], constrain: "domain", ...ticks }),
    yaxis: axis(colors, { range: [-reach, reach], scaleanchor: "x", constrain: "domain", ...ticks }),
    shapes: [
      {
        type: "circle",
        x0: -1,
        x1: 1,
        y0: -1,
        y1: 1,
        line: { color: colors.muted, width: 1.4 },
        fillcolor: colors.shade,
        layer: "below",
      },
    ],
  };
}

function draw(figure) {
  const width = figure.node.clientWidth;
  if (!width) return;
  figure.width = width;
  const colors = palette();
  const { traces, layout } = figure.build(colors, width);
  const touch = matchMedia("(pointer: coarse)").matches;
  Plotly.react(
    figure.node,
    traces,
    {
      width,
      autosize: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      showlegend: false,
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colors.ink },
      hoverlabel: {
        bgcolor: colors.card,
        bordercolor: colors.muted,
        font: { color: colors.ink, size: 12 },
        align: "left",
      },
      dragmode: touch ? false : "zoom",
      ...layout,
    },
    { displayModeBar: false, displaylogo: false, responsive: false, doubleClick: "reset" },
  );
}

// Adds a figure; `build(colors, width)` returns {traces, layout}. The label is what a screen reader says.
function figure(node, description, build) {
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", description);
  const entry = { node, build, width: 0 };
  figures.push(entry);
  draw(entry);
  return () => draw(entry);
}

function watchTheme() {
  const redraw = () => figures.forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  const resized = new ResizeObserver(() => {
    clearTimeout(resized.timer);
    resized.timer = setTimeout(() => figures.filter(entry => entry.node.clientWidth !== entry.width).forEach(draw), 60);
  });
  resized.observe(document.body);
  // Paper is white and narrow whatever the screen is.
  const printing = on => () => {
    document.documentElement.toggleAttribute("data-printing", on);
    document.querySelectorAll("details").forEach(details => {
      if (on) details.dataset.wasOpen = details.open;
      details.open = on || details.dataset.wasOpen === "true";
    });
    redraw();
  };
  addEventListener("beforeprint", printing(true));
  addEventListener("afterprint", printing(false));
}
