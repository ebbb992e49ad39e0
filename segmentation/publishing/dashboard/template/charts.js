/* ---- charts ------------------------------------------------------------------- */

const CONFIG = {
  background: null,
  font: "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif",
  view: { stroke: null },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
    labelPadding: 6, titlePadding: 8, labelLimit: 190, labelColor: GREY,
    titleColor: GREY, ticks: false },
  legend: { labelFontSize: 12, title: null, orient: "top", labelLimit: 170,
    symbolType: "circle", columns: { signal: "width < 360 ? 2 : 5" } },
  text: { fontSize: 12 },
};

/* How Vega draws: nothing is evaluated, and figures have the marks of the language. */
const EMBEDDED = { actions: false, renderer: "svg", mode: "vega-lite", logLevel: 1, ast: true,
  formatLocale: wording.locale?.number && { ...wording.locale.number, percent: "\u00a0%", minus: "\u2212" },
  timeFormatLocale: wording.locale?.time };

/* A chart is a specification, what it shows in words, and its rows. */
const framed = (spec, description, rows) => ({ width: "container",
  autosize: { type: "fit-x", contains: "padding" }, config: CONFIG, description: called(description),
  ...calledIn(spec), data: { name: "rows", values: rows } });

function chart(host, { spec, description, values }) {
  const node = element("div", { class: "chart", role: "img", "aria-label": description });
  host.append(node);
  charts.push(async () => {
    const { view } = await window.vegaEmbed(node, framed(spec, description, values), EMBEDDED);
    node.setAttribute("role", "figure");
    views[host.id] = views[host.id] || [];
    views[host.id].push(view);
    node.after(element("button", { type: "button", class: "plain save", "aria-label": `Save as a picture: ${description}`,
      onclick: async () => element("a", { download: `${host.id}.png`, href: await view.toImageURL("png", 2) }).click() },
    "Save as a picture"));
  });
  return node;
}

function update(id, rows, height) {
  for (const view of views[id] || []) {
    if (height) view.height(height);
    view.data("rows", rows).resize().runAsync();
  }
}

/* An axis whose labels take two lines: expressions of Vega that look a label up. */
function wrapped(names) {
  const lines = names.map((name) => {
    const words = short(name, 44).split(" ");
    if (words.join(" ").length <= 20 || words.length < 2) return [words.join(" ")];
    let cut = 1;
    const off = (at) => Math.abs(words.slice(0, at).join(" ").length - words.slice(at).join(" ").length);
    for (let at = 2; at < words.length; at++) if (off(at) < off(cut)) cut = at;
    return [words.slice(0, cut).join(" "), words.slice(cut).join(" ")];
  });
  const found = `${JSON.stringify(lines)}[indexof(${JSON.stringify(names)}, datum.value)]`;
  return { domain: false, labelLimit: 170, labelExpr: found,
    labelOffset: { condition: { test: `length(${found}) > 1`, value: -6 }, value: 0 } };
}

const segmentColour = () => ({ field: "segment", type: "nominal", legend: null,
  scale: { domain: labels, range: segments.map((row) => row.colour) } });

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
  if (!features.length) return null;
  const node = card("", "special", "What is special about each?",
    "Mean of the segment as an index: 100 is the average of all customers, 200 twice as much.");
  const host = scroller("Index of each segment by feature");
  node.append(host, heatKey());
  const whole = together(all);
  return ({ rows, shown }) => host.replaceChildren(element("table", { class: "heat" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Feature"),
      shown.map((i) => element("th", { scope: "col" }, short(labels[i], 40))))),
    // how far from an average of nothing, or below it, says no index
    element("tbody", {}, features.filter(({ name }) => mean(whole, name) > 0).map((feature) => {
      const average = mean(whole, feature.name);
      return element("tr", {}, element("th", { scope: "row" }, feature.label), shown.map((i) => {
        const own = mean(rows[i], feature.name);
        if (own === null) return element("td", {}, "–");
        const index = 100 * own / average;
        // a mean of nothing is as far below as can be
        return heatCell(Math.max(index, 1), number(index), `${labels[i]}, ${feature.label}: `
          + `${amount(own, feature.unit)}; all customers ${amount(average, feature.unit)}`);
      }));
    }))));
}
