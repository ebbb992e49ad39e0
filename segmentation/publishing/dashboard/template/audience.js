/* An own audience: the conditions of the page as a sentence, SQL, a link and a command. */

const COLUMNS = { spend: "total_spend", income: "income", score: "spending_score" };
const columnOf = (name) => COLUMNS[name] || name.replace(/^feature:/, "");
const ranged = (features.length ? features : roles("card").filter(({ name }) => name in COLUMNS))
  .filter(({ name }) => contents.points.sums?.[name]);
const inSql = (text) => `'${text.replaceAll("'", "''")}'`;
const columnInSql = (name) => /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
// as the dots carry it: whole numbers as they are, others with three digits
const roundedInSql = (name) => contents.points.sums[name].every(Number.isInteger)
  && contents.points.n.length === together(all).n
  ? columnInSql(columnOf(name)) : `round(cast(${columnInSql(columnOf(name))} as double), 3)`;

/* Each condition: its words, its SQL, and what lets go of it. */
function conditions() {
  const made = [];
  if (state.segments.size) {
    const chosenKeys = [...state.segments].sort((a, b) => a - b);
    made.push({ words: chosenKeys.map((i) => labels[i]).join(called(" or ")), label: "Segments", kind: "segments",
      sql: `segment_key in (${chosenKeys.map((i) => inSql(segments[i].segment_key)).join(", ")})`,
      drop: () => state.segments.clear() });
  }
  for (const { name, label, sql, values } of filters) {
    const i = state.chosen[name];
    if (i === undefined || (!exploring() && !contents.orders.by?.[name])) continue;
    const others = values.slice(1).map(inSql).join(", ");
    made.push({ words: `${called(label)}: ${called(values[i])}`, label, kind: "group",
      sql: i === 0 ? `(${sql} is null or ${sql} not in (${others}))` : `${sql} = ${inSql(values[i])}`,
      drop: () => { delete state.chosen[name]; } });
  }
  if (!exploring()) return [...made, ...timeConditions()];
  for (const { name, label, unit } of ranged) {
    const range = state.ranges[name];
    if (!range) continue;
    const [from, to] = range;
    const told = (value) => unit === "share" ? percent(value, 1) : number(value, value % 1 ? 2 : 0);
    made.push({ label, isLimit: true, words: `${called(label)} `
      + called(from === null ? `at most ${told(to)}` : to === null ? `at least ${told(from)}` : `${told(from)} to ${told(to)}`),
    sql: `${roundedInSql(name)} ${from === null ? `<= ${to}` : to === null ? `>= ${from}` : `between ${from} and ${to}`}`,
    drop: () => { delete state.ranges[name]; } });
  }
  if (state.box) {
    const [x0, x1, y0, y1] = state.box;
    made.push({ words: called("a box on the map"), label: "Selection on the map", isLimit: true, drop: () => { state.box = null; },
      sql: "customer_id in (select customer_id from marts.customer_embedding where round(cast(pca_1 as double), 2) "
        + `between ${x0} and ${x1} and round(cast(pca_2 as double), 2) between ${y0} and ${y1})` });
  }
  return made;
}

/* A button that lets go of a condition. */
const letGo = (label, words, drop) => element("button", { type: "button", class: "plain", "aria-label": `Remove: ${label}`,
  onclick: () => { drop(); refresh(); } }, literally("span", words));

const inShell = (text) => `"${text.replace(/["\\$`]/g, "\\$&")}"`;

function copied(label, text) {
  return element("button", { type: "button", class: "plain", "aria-label": `Copy: ${label}`,
    onclick: async () => {
      await navigator.clipboard.writeText(text);
      document.getElementById("spoken").textContent = called("Copied.");
    } }, "Copy");
}

function audience() {
  const node = card("", "audience", "Your own list", null);
  const host = element("div");
  node.append(host);
  return ({ all: total }) => {
    const made = conditions();
    if (!made.length || !total.n) {
      host.replaceChildren(element("p", { class: "note" }, made.length ? "Nobody meets all of it."
        : "Choose segments, filters or a range above, or drag on the map; here stands then how to get the list of these customers."));
      return;
    }
    const condition = made.map(({ sql }) => sql).join(" and ");
    const command = `segments audience --where ${inShell(condition)} --output audience.csv`;
    const aside = total.sums.aside || 0;
    const sampled = ofAll() !== "all";
    const line = (label, text) => [element("dt", {}, label),
      element("dd", {}, literally("code", text), copied(label, text))];
    host.replaceChildren(
      element("p", {}, literally("b", made.map(({ words }) => words).join("; ")), ": ", people_(total.n),
        sampled ? ` of a sample of ${number(drawnFrom())}; the list is made of all.` : ".",
        aside > 0 && ` ${number(aside)} of them are kept aside or may not be written to, so the list has ${number(total.n - aside)}.`),
      element("dl", { class: "sources" }, line("Command", command), line("SQL", condition),
        line("Link", location.href)));
  };
}

/* Text that is shown as it is, in no other language. */
function literally(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

/* From and to of any feature, of those whom the map shows. */
function rangePicker() {
  if (!ranged.length) return null;
  const which = element("select", { "aria-label": "Feature of the range" },
    ranged.map(({ name, label }) => element("option", { value: name }, label)));
  const field = (label) => element("input", { type: "number", step: "any", "aria-label": label, placeholder: called(label.toLowerCase()) });
  const [from, to] = [field("From"), field("To")];
  const value = (input) => input.value === "" ? null : Number(input.value);
  const button = element("button", { type: "button", class: "plain", onclick: () => {
    if (value(from) === null && value(to) === null) return;
    state.ranges[which.value] = [value(from), value(to)];
    from.value = to.value = "";
    refresh();
  } }, "Add range");
  return element("div", { class: "pick", "data-only": "explore" }, element("span", {}, "Range"), which, from, to, button);
}
