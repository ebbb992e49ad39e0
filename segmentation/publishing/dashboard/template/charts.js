/* ---- charts ------------------------------------------------------------------- */

// as pictures have it, with the page's own letters and ink on its own ground
const [INK, CARD, GRID] = ["--ink", "--card", "--grid"].map((name) => getComputedStyle(document.documentElement).getPropertyValue(name));
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  window.history.replaceState(state.tried, "");  // amounts that were typed outlast the change of colours
  location.reload();
});
const CONFIG = { ...contents.theme, background: null,
  axis: { ...contents.theme.axis, gridColor: GRID }, text: { ...contents.theme.text, color: INK },
  style: { halo: { ...contents.theme.style.halo, stroke: CARD } },
  font: "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif" };

/* How Vega draws: nothing is evaluated, and figures have the marks of the language. */
const EMBEDDED = { actions: false, renderer: "svg", mode: "vega-lite", logLevel: 1, ast: true,
  formatLocale: wording.locale?.number && { ...wording.locale.number, percent: "\u00a0%", minus: "\u2212" },
  timeFormatLocale: wording.locale?.time };

/* The rows of a chart; segments have their names on the page. */
const rowsOf = (name) => (contents.charts[name]?.rows || []).map((row) => Object.assign({}, row,
  row.segment && { segment: labels[indexOf(row.segment_key)] ?? called(row.segment) }));

/* A chart of the registry, as charts/pictures.py has it too: segments have their colours and
   their order, and words are in the language of the page. */
function resolved(node) {
  if (Array.isArray(node)) return node.map(resolved);
  if (node === null || typeof node !== "object") return node;
  const made = Object.fromEntries(Object.entries(node).map(([key, value]) =>
    [key, ["title", "text"].includes(key) && typeof value === "string" ? called(value) : resolved(value)]));
  if (made.scale === "segments") made.scale = { domain: labels, range: segments.map((row) => row.colour) };
  if (made.sort === "segments") {
    made.sort = [...labels, called("All customers")];
    made.axis = { ...contents.segment_axis, ...made.axis };
  }
  if (Array.isArray(made.encoding?.tooltip)) made.mark = Object.assign({}, made.mark.type ? made.mark : { type: made.mark },
    { description: { expr: made.encoding.tooltip.map(spoken).join(" + ") } });
  return made;
}

/* A mark is read out as its tooltip, not with all the fields that place it. */
function spoken({ field, title, format, type }) {
  const value = `datum[${JSON.stringify(field)}]`;
  const words = format || type ? `${type ? "utcFormat" : "format"}(${value}, ${JSON.stringify(format || "%d %b %Y")})` : value;
  return `(isValid(${value}) ? ${JSON.stringify(`${title}: `)} + ${words} + "; " : "")`;
}

/* A step a row, or the height that the file says. */
function heightOf(name, rows) {
  const { height, encoding } = contents.charts[name].spec;
  return height?.step ? height.step * new Set(rows.map((row) => row[encoding.y.field])).size : height;
}

/* As wide as its place, the legend in as many columns as fit. */
function framed(name, rows, width) {
  const columns = Math.max(1, Math.floor(width / 170));
  const legend = { ...contents.theme.legend, labelColor: INK, columns, labelLimit: Math.floor(width / columns) - 30 };
  return { ...resolved(contents.charts[name].spec), width: "container", height: heightOf(name, rows),
    autosize: { type: "fit-x", contains: "padding" }, config: { ...CONFIG, legend },
    description: called(contents.charts[name].description), data: { name: "rows", values: rows } };
}

function chart(host, name, rows = rowsOf(name), description = contents.charts[name].description) {
  const node = element("div", { class: "chart", role: "img", "aria-label": description });
  host.append(node);
  charts.push(async () => {
    const { view } = await window.vegaEmbed(node, framed(name, rows, node.clientWidth), EMBEDDED);
    node.setAttribute("role", "figure");
    views[name] = view;
    node.after(element("button", { type: "button", class: "plain save", "aria-label": `Save as a picture: ${description}`,
      onclick: async () => element("a", { download: `${name}.png`, href: await view.toImageURL("png", 2) }).click() },
    "Save as a picture"));
  });
  return node;
}

/* The charts whose files name a view, a card each. */
function charted(view, each = () => {}) {
  for (const [name, { page, title, about }] of Object.entries(contents.charts)) {
    if (page !== view) continue;
    const node = card("half", name.replaceAll("_", "-"), title, about);
    chart(node, name);
    each(node, name);
  }
}

/* A chart that has been drawn, with other rows: copies, as Vega marks those that it has seen. */
const update = (name, rows) => views[name]?.height(heightOf(name, rows)).data("rows", structuredClone(rows)).resize().runAsync();

function heatCell(index, text, title) {
  // as strong for half as for twice the average
  // nobody is no finding
  const strength = index > 0 ? Math.max(-1, Math.min(1, Math.log2(index / 100) / 1.6)) : 0;
  const colour = strength < 0 ? "--below" : "--above";
  return element("td", { title, style: {
    background: `rgba(var(${colour}), ${(0.72 * Math.abs(strength)).toFixed(2)})` } }, text);
}

const heatKey = () => element("div", { class: "key", "aria-hidden": "true" },
  "below average", element("i"), "above average");

function special() {
  // one segment is everybody
  if (!features.length || segments.length < 2) return null;
  const node = card("", "special", "What is special about each?",
    "Mean of the segment as an index: 100 is the average of all customers, 200 twice as much.");
  const host = scroller("Index of each segment by feature");
  node.append(host, heatKey());
  const whole = together(all);
  return ({ rows, shown }) => host.replaceChildren(tableOf(
    ["Feature", ...shown.map((i) => short(labels[i], 40))],
    // how far from an average of nothing, or below it, says no index
    features.filter(({ name }) => mean(whole, name) > 0).map((feature) => {
      const average = mean(whole, feature.name);
      return [feature.label, shown.map((i) => {
        const own = mean(rows[i], feature.name);
        if (own === null) return "–";
        const index = 100 * own / average;
        // a mean of nothing is as far below as can be
        return heatCell(Math.max(index, 1), number(index), `${labels[i]}, ${feature.label}: `
          + `${amount(own, feature.unit)}; all customers ${amount(average, feature.unit)}`);
      })];
    }), "heat"));
}
