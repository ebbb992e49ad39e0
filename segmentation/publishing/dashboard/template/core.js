const segments = contents.segments;
const labels = unambiguous(segments);
const filters = contents.filters;
const roles = (role) => contents.measures.filter((row) => row.role === role);
const has = (name) => contents.measures.some((row) => row.name === name);
const features = roles("feature");
const state = { view: "week", portrait: null, segments: new Set(), chosen: {}, ranges: {}, box: null, sort: null,
  compared: null, when: {}, tried: window.history.state || {} };
window.history.replaceState(null, "");  // loaded by hand, the page has its own amounts again
// filters count where they are seen
const exploring = () => state.view === "explore";
const filtering = () => exploring() || state.view === "time";
const all = totals(contents.cube, () => true);
const views = {};
let charts = [];
// below so many customers a figure says little
const FEW = 30;
const BLUE = "#3f83c4";

/* ---- names -------------------------------------------------------------------- */

function unambiguous(rows) {
  const names = rows.map((row) => row.segment_name || row.segment_key);
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name)
      ? said(name) : `${name} (${rows[i].segment_key})`);
}

function short(text, letters) {
  return text.length > letters ? text.slice(0, letters - 1).trimEnd() + "…" : text;
}

/* Marts call segments by their keys, people by their names. */
const named = (text) => segments.reduce((words, { segment_key: key }, i) =>
  words.replace(new RegExp(`\\b${key.replace(/[^\w]/g, "\\$&")}\\b`, "g"), () => labels[i]),
  mart(text).replace(/\s\(silhouette [^)]*\)/, ""));

/* What a row is called: accounts in place of customers, where the input says so. */
const UNIT = wording.unit;
function called(text) {
  if (UNIT.one === "customer") return said(text);
  const article = /^[aeio]/i.test(UNIT.one) ? "n" : "";
  return said(text).replace(/\b(a )?(c)ustomer(s?)\b/gi, (_, a, c, s) => {
    const word = s ? UNIT.many : UNIT.one;
    return (a ? `${a.trim()}${article} ` : "") + (c === "C" ? upper(word) : word);
  });
}

/* What is predicted where it is no campaign, such as churn: nobody answers or is paid. */
const OUTCOME = (() => {
  const [summary] = contents.campaign;
  const asked = new Set(contents.answers.map((row) => row.campaign));
  return summary && summary.contact_cost === null && asked.size === 1
    ? contents.answers[0].campaign_label || contents.answers[0].campaign : null;
})();

function element(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "style") {
      for (const [key, said] of Object.entries(value)) node.style.setProperty(key, said);
    } else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (["title", "aria-label"].includes(name)) node.setAttribute(name, called(String(value)));
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined
    && child !== false).map((child) => child instanceof Node ? child : called(String(child))));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, properties) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) node.setAttribute(name, value);
  return node;
}

/* The name of a segment, which leads to its page. */
function link(i, letters = 60) {
  return element("a", { href: `#segment=${encodeURIComponent(segments[i].segment_key)}`,
    onclick: (event) => { event.preventDefault(); go("segments", i); } },
  dot(segments[i].colour), short(labels[i], letters));
}

function dot(colour) {
  return element("span", { class: "dot", style: { background: colour },
    "aria-hidden": "true" });
}

/* ---- figures: sums over the cells that the filters let through ---------------- */

function totals(table, passes) {
  const names = contents.measures.map((row) => row.name);
  const made = segments.map(() => ({ n: 0, sums: {}, known: {} }));
  for (const total of made) {
    for (const name of names) total.sums[name] = total.known[name] = 0;
  }
  for (let i = 0; i < table.n.length; i++) {
    if (!passes(table, i)) continue;
    const total = made[table.by.segment[i]];
    total.n += table.n[i];
    for (const name of names) {
      total.sums[name] += table.sums[name][i];
      total.known[name] += table.known[name] ? table.known[name][i] : table.n[i];
    }
  }
  return made;
}

const sumOf = (rows, figure) => rows.reduce((sum, row) => sum + figure(row), 0);

function together(rows) {
  const total = { n: sumOf(rows, (row) => row.n), sums: {}, known: {} };
  for (const { name } of contents.measures) {
    total.sums[name] = sumOf(rows, (row) => row.sums[name]);
    total.known[name] = sumOf(rows, (row) => row.known[name]);
  }
  return total;
}

const mean = (total, name) => total.known[name] ? total.sums[name] / total.known[name] : null;

const isChosen = (i) => !filtering() || !state.segments.size || state.segments.has(i);
const chosen = (table, i) => isChosen(table.by.segment[i]);
const within = (value, [from, to]) => (from === null || value >= from) && (to === null || value <= to);

function passes(table, i) {
  if (!filtering()) return true;
  // over time fewer groups are told apart, and their filters are not seen
  if (Object.entries(state.chosen).some(([name, wanted]) => table.by[name] && table.by[name][i] !== wanted)) return false;
  if (!table.pca_1) return true;
  const isIn = ([name, range]) => (table.known[name]?.[i] ?? 1) && within(table.sums[name][i], range);
  const { box } = state;
  return Object.entries(state.ranges).every(isIn) && (!box
    || (within(table.pca_1[i], box.slice(0, 2)) && within(table.pca_2[i], box.slice(2))));
}

const filtered = () => exploring() && conditions().length > 0;

/* A range and a box are known of the dots alone. */
const ofDots = () => exploring() && (state.box || Object.keys(state.ranges).length > 0);

function current() {
  const table = ofDots() ? contents.points : contents.cube;
  const every = totals(table, passes);
  const rows = totals(table, (...cell) => chosen(...cell) && passes(...cell));
  // shares of a chosen segment are those among all that the other filters let through
  return { rows, all: together(rows), base: together(every),
    shown: segments.map((_, i) => i).filter((i) => rows[i].n > 0) };
}

/* What is selected on the map are dots, and those may be a sample. */
const drawnFrom = () => ofDots() ? contents.points.n.length : together(all).n;
const ofAll = () => drawnFrom() < together(all).n ? "the sample" : "all";

/* ---- the frame ---------------------------------------------------------------- */

const main = document.getElementById("content");
let grid = main;
// cards of the brief stand beside those of the page, so their names differ
let inBrief = false;

function card(size, id, title, about, ...body) {
  const own = inBrief ? `brief-${id}` : id;
  const heading = `h-${own}`;
  const node = element("section", { class: `card ${size}`, id: own, "aria-labelledby": heading },
    element("h2", { id: heading }, title),
    about && element("p", { class: "about" }, about), ...body);
  grid.append(node);
  return node;
}

const chosenSegments = () => segments.map((_, i) => i).filter(isChosen);

function scroller(name, ...children) {
  return element("div", { class: "scroll", tabindex: "0", role: "region",
    "aria-label": name }, children);
}

/* A table: the words of its head, and of each row its name and its cells, or lists of cells. */
function tableOf(head, rows, kind = null) {
  const made = (tag, settings) => (content) => content instanceof HTMLTableCellElement ? content : element(tag, settings, content);
  return element("table", { class: kind },
    element("thead", {}, element("tr", {}, head.map(made("th", { scope: "col" })))),
    element("tbody", {}, rows.map(([name, ...cells]) =>
      element("tr", {}, element("th", { scope: "row" }, name), cells.flat().map(made("td"))))));
}

/* A figure between what it is called and what it is of. */
const labelled = (label, figure, note) => [element("div", { class: "label" }, label),
  element("div", { class: "figure" }, figure), element("div", { class: "label" }, note)];

/* Figures, each above what it is of. */
const factsOf = (pairs) => element("div", { class: "facts" }, pairs.filter(Boolean).map(([figure, words]) =>
  element("div", {}, element("b", {}, figure), element("span", {}, words))));

/* A list of sentences, ruled. */
const linesOf = (items, kind = "") => element("ul", { class: `lines ${kind}` }, items.map((words) => element("li", {}, words)));

/* What a segment is, in the words of its mart. */
const described = ({ description, name_note: name, spend_note: spend }) => [element("p", {}, mart(description)),
  ...[name, spend].filter(Boolean).map((note) => element("p", { class: "small" }, mart(note)))];

/* A cell whose colour says how much, from nothing to all. */
const shaded = (share, text, title = null) => element("td", { title, style: {
  background: `rgba(var(--above), ${(0.6 * share).toFixed(2)})` } }, text);

/* Bars of a segment on the scale of the longest of all, with room on the right for the figure. */
const barsOf = (i, bars, most, room = "4rem") => element("td", { class: "pair" }, bars.map(({ share, text, pale }) =>
  element("div", { class: pale ? "bar pale" : "bar", style: { "--colour": segments[i].colour } },
    element("i", { style: { width: `calc((100% - ${room}) * ${share / most})` } }), element("span", {}, text))));

const indexOf = (key) => segments.findIndex((row) => row.segment_key === key);
const nameOf = (key) => labels[indexOf(key)] ?? key;
/* What a part of the contents holds of one segment. */
const of = (i, part) => contents[part].filter((row) => row.segment_key === segments[i].segment_key);

/* Draw into a place of its own, which is returned. */
function drawnInto(place, draw) {
  const outer = grid;
  grid = place;
  draw();
  grid = outer;
  return place;
}
