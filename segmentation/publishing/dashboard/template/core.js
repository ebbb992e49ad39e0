const contents = JSON.parse(document.getElementById("contents").textContent);
const segments = contents.segments;
const labels = unambiguous(segments);
const filters = contents.filters;
const roles = (role) => contents.measures.filter((row) => row.role === role);
const has = (name) => contents.measures.some((row) => row.name === name);
const features = roles("feature");
const state = { view: "week", portrait: null, segments: new Set(), chosen: {}, box: null };
// filters count where they are seen
const exploring = () => state.view === "explore";
const all = totals(contents.cube, () => true);
const views = {};
let charts = [];
// below so many customers a figure says little
const FEW = 30;
const GREY = "#7c8894";
const BLUE = "#3f83c4";
// hues apart from the segments' own, so that a category is not taken for a segment
const MIX = ["#4a5f7d", "#8a5a83", "#a85468", "#b9704a", "#8c7a3f", "#3f7f7a",
  "#6b6f9e", "#77828d", "#5f8450", "#94604f"];

/* ---- words and numbers ------------------------------------------------------ */

function unambiguous(rows) {
  const names = rows.map((row) => row.segment_name || row.segment_key);
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name)
      ? name : `${name} (${rows[i].segment_key})`);
}

function short(text, letters) {
  return text.length > letters ? text.slice(0, letters - 1).trimEnd() + "…" : text;
}

function number(value, digits = 0) {
  if (value === null || value === undefined || !isFinite(value)) return "–";
  const compact = Math.abs(value) >= 1e7;
  return new Intl.NumberFormat("en", compact
    ? { notation: "compact", maximumFractionDigits: 1 }
    : { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
}

function percent(share, digits) {
  if (share === null || share === undefined || !isFinite(share)) return "–";
  if (share > 0 && share < 0.0005) return "<\u00a00.1\u00a0%";
  const few = digits ?? (share > 0 && share < 0.1 ? 1 : 0);
  return number(100 * share, few) + "\u00a0%";
}

/* A figure and its unit stay on one line, and a minus is no hyphen. */
const glued = (text) => (text || "").replace(/(\d) %/g, "$1\u00a0%").replace(/(^|[\s(])-(?=\d)/g, "$1\u2212");

/* Marts call segments by their keys, people by their names. */
const named = (text) => segments.reduce((words, { segment_key: key }, i) =>
  words.replace(new RegExp(`\\b${key.replace(/[^\w]/g, "\\$&")}\\b`, "g"), () => labels[i]), glued(text));

function amount(value, unit) {
  if (unit === "share") return percent(value);
  return number(value, Math.abs(value) < 20 ? 1 : 0);
}

/* What a row is called: accounts in place of customers, where the input says so. */
const UNIT = contents.unit || { one: "customer", many: "customers" };
function called(text) {
  if (UNIT.one === "customer") return text;
  return text.replace(/\b(c)ustomer(s?)\b/gi, (_, c, s) => {
    const word = s ? UNIT.many : UNIT.one;
    return c === "C" ? upper(word) : word;
  });
}

/* The same in the titles and texts of a chart. */
const calledIn = (spec) => UNIT.one === "customer" ? spec : JSON.parse(
  JSON.stringify(spec), (key, value) =>
    ["title", "text", "description"].includes(key) && typeof value === "string"
      ? called(value) : value);

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
  node.append(...children.flat().filter((child) => child !== null && child !== undefined
    && child !== false).map((child) => child instanceof Node ? child : called(String(child))));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, properties) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) node.setAttribute(name, value);
  return node;
}

const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const day = (date) => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short",
  year: "numeric", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));

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

function together(rows) {
  const total = { n: 0, sums: {}, known: {} };
  for (const { name } of contents.measures) {
    total.sums[name] = rows.reduce((sum, row) => sum + row.sums[name], 0);
    total.known[name] = rows.reduce((sum, row) => sum + row.known[name], 0);
  }
  total.n = rows.reduce((sum, row) => sum + row.n, 0);
  return total;
}

const mean = (total, name) => total.known[name] ? total.sums[name] / total.known[name] : null;

const chosen = (table, i) => !exploring() || !state.segments.size || state.segments.has(table.by.segment[i]);

function passes(table, i) {
  if (!exploring()) return true;
  for (const { name } of filters) {
    const wanted = state.chosen[name];
    if (wanted !== undefined && table.by[name][i] !== wanted) return false;
  }
  if (state.box && table.places) {
    const x = table.places["pca_1"][i];
    const y = table.places["pca_2"][i];
    if (x < state.box[0] || x > state.box[1] || y < state.box[2] || y > state.box[3]) {
      return false;
    }
  }
  return true;
}

const filtered = () => exploring()
  && (state.segments.size || state.box || Object.keys(state.chosen).length);

function current() {
  const table = exploring() && state.box ? contents.points : contents.cube;
  const every = totals(table, passes);
  const rows = totals(table, (...cell) => chosen(...cell) && passes(...cell));
  // shares of a chosen segment are those among all that the other filters let through
  return { rows, all: together(rows), base: together(every),
    shown: segments.map((_, i) => i).filter((i) => rows[i].n > 0) };
}

/* What is selected on the map are dots, and those may be a sample. */
const drawnFrom = () => state.box ? contents.points.n.length : together(all).n;
const ofAll = () => drawnFrom() < together(all).n ? "the sample" : "all";

/* ---- the frame ---------------------------------------------------------------- */

const main = document.getElementById("content");
let grid = main;

function card(size, id, title, about, ...body) {
  const heading = `h-${id}`;
  const node = element("section", { class: `card ${size}`, id, "aria-labelledby": heading },
    element("h2", { id: heading }, title),
    about && element("p", { class: "about" }, about), ...body);
  grid.append(node);
  return node;
}

const chosenSegments = () => segments.map((_, i) => i)
  .filter((i) => !state.segments.size || state.segments.has(i));

function legend(indices) {
  return element("div", { class: "legend", "aria-hidden": "true" },
    indices.map((i) => element("span", {}, dot(segments[i].colour), short(labels[i], 60))));
}

function scroller(name, ...children) {
  return element("div", { class: "scroll", tabindex: "0", role: "region",
    "aria-label": name }, children);
}

function bars(host, rows) {
  // one scale for all bars of a card; room on the right for the figure
  const most = Math.max(...rows.flatMap((row) => row.bars.map((bar) => bar.share)), 1e-9);
  host.replaceChildren(...rows.flatMap((row) => [
    element("div", { class: "who" }, dot(row.colour), short(row.label, 60)),
    element("div", { style: { "--colour": row.colour } }, row.bars.map((bar) =>
      element("div", { class: bar.pale ? "bar pale" : "bar" },
        element("i", { style: { width: `calc((100% - 9.5rem) * ${bar.share / most})` } }),
        element("span", {}, bar.text)))),
  ]));
}

const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

const nameOf = (key) => {
  const i = segments.findIndex((row) => row.segment_key === key);
  return i < 0 ? key : labels[i];
};
