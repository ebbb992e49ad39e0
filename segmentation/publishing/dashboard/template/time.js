/* Over time: what was spent when, who came and stayed, by period, segments, groups and category. */

const SPENT = rowsOf("spend_by_month");
const SIZES = rowsOf("sizes_over_time");
const months = [...new Set([...SPENT.map((row) => row.ordered_month), ...days].map((date) => date.slice(0, 7)))].sort();
const categories = [...new Set(contents.sold.map((row) => row.category))];
const channels = [...new Set(contents.sold.map((row) => row.channel))];
// what the address may say of the view
const TIMED = { from: months, to: months, category: categories };

const isShown = (row) => isChosen(indexOf(row.segment_key))
  && within((row.ordered_month ?? row.observed_on).slice(0, 7), [state.when.from ?? null, state.when.to ?? null]);

/* What the cells of a table that the filters let through add up to, by what names them. */
function summed(table, names, figures) {
  const sums = {};
  table.n?.forEach((_, i) => {
    if (!passes(table, i) || (table.by.segment && !chosen(table, i))) return;
    const sum = sums[names.map((name) => table[name][i]).join(" ")] ??= {};
    for (const figure of figures) sum[figure] = (sum[figure] ?? 0) + table[figure][i];
  });
  return sums;
}

/* Spend by month and segment, of the groups that are chosen. */
function spent() {
  const rows = SPENT.filter(isShown);
  if (!conditions().some((one) => one.kind === "group")) return rows;
  const sums = summed(contents.orders, ["month", "segment_key_then"], ["spend", "n"]);
  return rows.flatMap((row) => {
    const sum = sums[`${row.ordered_month} ${row.segment_key}`];
    return sum ? [Object.assign({}, row, { spend: sum.spend, customers: sum.n })] : [];
  });
}

function shownOverTime() {
  if (!SPENT.length) return "";
  const rows = spent();
  const count = new Set(rows.map((row) => row.ordered_month)).size;
  return `${money(sumOf(rows, (row) => row.spend))} in ${count} ${count === 1 ? "month" : "months"}`;
}

function timeConditions() {
  const { from, to, category } = state.when;
  const drop = (...names) => () => { for (const name of names) delete state.when[name]; };
  return [(from || to) && { label: "Period", kind: "period", drop: drop("from", "to") },
    category && { label: "Category", kind: "category", drop: drop("category") }].filter(Boolean);
}

function timePicks() {
  const made = (name, label, options) => pick(name, label, options, () => state.when[name], (value) => {
    if (value === "") delete state.when[name];
    else state.when[name] = value;
  });
  const period = (name, label, end) => made(name, label, months.map((one) => [one === end ? "" : one, month(`${one}-01`)]));
  const picks = [months.length > 1 && period("from", "From", months[0]), months.length > 1 && period("to", "To", months.at(-1)),
    categories.length > 1 && made("category", "Category", [["", "All"], ...categories.map((one) => [one, one])])].filter(Boolean);
  for (const node of picks) node.dataset.only = "time";
  return picks;
}

/* A card that is drawn anew with the filters; by what of them it cannot be is said on it. */
function followed(node, kinds, draw) {
  const note = element("p", { class: "note" });
  node.append(note);
  follow(() => {
    const deaf = conditions().filter(({ kind }) => !kinds.includes(kind)).map(({ label }) => called(label));
    note.textContent = deaf.length ? called(`Not filtered by ${deaf.join(", ")}.`) : "";
    draw();
  });
}

function overTime() {
  const drawings = { spend_by_month: [["segments", "period", "group"], spent],
    sizes_over_time: [["segments", "period"], () => SIZES.filter(isShown)] };
  follow(nobody(() => Object.values(drawings).some(([, rows]) => rows().length)));
  charted("time", (node, name) => {
    const [kinds, rows] = drawings[name] ?? [[], () => rowsOf(name)];
    followed(node, kinds, () => {
      const shown = rows();
      // no axes without a figure
      node.hidden = !shown.length;
      if (shown.length) update(name, shown);
    });
  });
  cohorts();
  soldWhere();
  transitions();
}

/* Where the customers of each segment were the time before, and where they are. */
function transitions() {
  const { transitions: moved } = contents;
  if (!moved.length) return;
  const sides = (side) => new Map(moved.map((row) => [row[`${side}_segment_key`], nameIn(row, side)]));
  const host = scroller("Transitions");
  followed(card("half", "transitions", "Who moved?",
    `Share of the customers of each row that were in the column's segment on ${day(moved[0].observed_on)}.`, host), ["segments"],
  () => host.replaceChildren(tableOf(["From, to", ...[...sides("to").values()].map((name) => short(name, 40))],
    [...sides("from")].filter(([key]) => isChosen(indexOf(key))).map(([origin, name]) => [short(name, 60), [...sides("to").keys()].map((key) => {
      const row = moved.find((one) => one.from_segment_key === origin && one.to_segment_key === key);
      return shaded(row?.share_of_origin ?? 0, percent(row?.share_of_origin ?? 0), row && people_(row.customers));
    })]), "heat")));
}

/* Of those who first bought in a quarter, how many bought again later. */
function cohorts() {
  const { cohorts: table } = contents;
  const joined = [...new Set(table.joined)];
  if (joined.length < 2) return;
  const late = [...Array(Math.max(...table.later) + 1).keys()];
  const quarterOf = (date) => 4 * Number(date.slice(0, 4)) + Math.floor((Number(date.slice(5, 7)) - 1) / 3);
  const after = new Date(Date.parse(contents.version[0].observed_on) + 864e5).toISOString();
  const host = scroller("Bought again by quarter");
  followed(card(late.length > 6 ? "wide" : "half", "cohorts", "Who came when, and stayed?",
    "Of those who first bought in a quarter, the share that bought again so many quarters later.", host),
  ["segments", "period", "group"], () => {
    const sums = summed(table, ["joined", "later"], ["n"]);
    const { from = joined[0], to = after } = state.when;
    const last = Math.min(quarterOf(to), quarterOf(after) - 1);
    const seen = joined.filter((quarter) => within(quarterOf(quarter), [quarterOf(from), quarterOf(to)]));
    host.replaceChildren(tableOf(["First bought", "Customers", ...late.slice(1).map((later) => `+${later}`)],
      seen.map((quarter) => {
        const count = (later) => sums[`${quarter} ${later}`]?.n ?? 0;
        return [month(quarter), number(count(0)), late.slice(1).map((later) => {
          const share = count(later) / count(0);
          // what has not come yet, or not wholly, is no zero
          const open = quarterOf(quarter) + later > last;
          return open || count(0) < FEW ? element("td", { class: "few" }, open ? "" : "–") : shaded(share, percent(share));
        })];
      }), "heat"));
  });
}

/* Spend of every category by the channel it was bought in. */
function soldWhere() {
  if (channels.length < 2 || categories.length < 2) return;
  const sum = (category, channel) => sumOf(contents.sold.filter((row) => row.category === category
    && row.channel === channel && isChosen(indexOf(row.segment_key))), (row) => row.spend);
  const host = scroller("Spend by category and channel");
  followed(card(Math.max(...contents.cohorts.later ?? [0]) > 5 ? "slim" : "half", "sold", "What is sold where?",
    "An estimate: spend of each segment in a category, shared out by its channels.", host), ["segments", "category"], () => {
    const most = Math.max(...categories.flatMap((one) => channels.map((other) => sum(one, other))), 1e-9);
    host.replaceChildren(tableOf(["Category", ...channels], categories.filter((one) => one === (state.when.category ?? one))
      .map((category) => [category, channels.map((channel) => shaded(sum(category, channel) / most, money(sum(category, channel))))]), "heat"));
  });
}
