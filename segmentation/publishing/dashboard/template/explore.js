/* ---- parts that follow the filters: each draws once and returns its refresh ---- */

function keyFigures() {
  const host = element("div", { class: "cards" });
  grid.append(host);
  const horizon = contents.value[0]?.horizon_days;
  const whole = together(all);
  const among = (figure) => filtered() ? `${figure} among all` : "average of all customers";
  return ({ all: total }) => {
    const figures = [
      ["Customers", number(total.n), `${percent(total.n / drawnFrom())} of ${ofAll()}`],
      has("spend") && ["Total spend", money(total.sums.spend),
        `${money(mean(total, "spend"))} a customer`],
      has("income") && ["Mean income", money(mean(total, "income")),
        among(money(mean(whole, "income")))],
      has("score") && ["Mean spending score", number(mean(total, "score"), 1),
        among(number(mean(whole, "score"), 1))],
      has("response") && [OUTCOME ? upper(OUTCOME) : "Response rate", percent(mean(total, "response"), 1),
        filtered() ? among(percent(mean(whole, "response"), 1)) : OUTCOME ? "of them" : "to the last campaign"],
      has("expected") && ["Expected spend", money(total.sums.expected),
        `${horizon ?? "next"} days, ${money(mean(total, "expected"))} a customer`],
    ].filter(Boolean);
    host.replaceChildren(...figures.map((figure) => element("div", { class: "card" }, labelled(...figure))));
  };
}

/* Who asks for nobody is told which filter to let go. */
function nobody(isThere = ({ all: total }) => total.n > 0) {
  const host = element("div", { class: "card nobody", role: "status" });
  grid.append(host);
  return (now) => {
    host.hidden = isThere(now);
    if (host.hidden) return;
    host.replaceChildren(called("Nobody matches. Remove: "), ...conditions().map(({ label, drop }) => letGo(label, `${called(label)} ✕`, drop)));
  };
}

/* The figures that a reader should leave with, of the customers that are shown. */
function inShort() {
  const node = card("short", "short", "In short", null);
  const host = element("ul");
  node.append(host);
  const whole = together(all);
  const most = (shown, figure) => shown.reduce((a, b) => figure(b) > figure(a) ? b : a);
  const name = (i) => `“${short(labels[i], 60)}”`;
  return ({ rows, base: total, shown }) => {
    const said = [];
    if (total.n < FEW) {
      node.hidden = total.n === 0;
      host.replaceChildren(element("li", {}, `${people_(total.n)}: too few to say what is typical.`));
      return;
    }
    if (shown.length && has("spend") && total.sums.spend > 0) {
      const i = most(shown, (one) => rows[one].sums.spend);
      const [size, worth] = [rows[i].n / total.n, rows[i].sums.spend / total.sums.spend];
      const whom = ofDots() || Object.keys(state.chosen).length ? "the customers selected" : "customers";
      said.push(`${name(i)}: ${percent(size)} of ${whom}, ${percent(worth)} of their spend.`);
    }
    const asked = shown.filter((i) => rows[i].known.response);
    if (asked.length) {
      const i = most(asked, (one) => mean(rows[one], "response"));
      const isMost = asked.length > 1;
      said.push((OUTCOME ? `${upper(OUTCOME)} ${isMost ? "is most frequent among" : "among"} ${name(i)}: `
        : `${name(i)} ${isMost ? "answer most often" : "answer"}: `)
        + `${percent(mean(rows[i], "response"), 1)}, all customers ${percent(mean(whole, "response"), 1)}.`);
    }
    node.hidden = !said.length;
    host.replaceChildren(...said.map((words) => element("li", {}, words)));
  };
}

function sizes() {
  const host = element("div");
  card("", "sizes", has("spend") ? "How big, how valuable?" : "How big?", aboutSizes(), host);
  return ({ rows, base: total, shown }) => {
    const best = shown.toSorted((a, b) => mean(rows[b], "spend") - mean(rows[a], "spend"))[0];
    host.replaceChildren(sizeTable(rows, total, shown), element("p", { class: "note" }, has("spend") && shown.length > 1
      && `A customer of “${short(labels[best], 60)}” spends ${money(mean(rows[best], "spend"))}; the average is ${money(mean(total, "spend"))}.`));
  };
}

/* The customers on a plane: a box that is drawn on it selects those within. */
function map() {
  const { points } = contents;
  if (!points.pca_1) return null;
  const [dotted, customers] = [points.n.length, together(all).n];
  const node = card("wide", "map", "Segment map", ["Each dot is a customer; near dots are alike. Drag to select.", dotted < customers
    && ` A sample: ${number(dotted)} of ${number(customers)} customers; dragging gives figures of the sample.`]);
  const isLit = ({ i }) => chosen(points, i) && passes(points, i);
  const dots = points.n.map((_, i) => ({ i, segment: labels[points.by.segment[i]], pca_1: points.pca_1[i],
    pca_2: points.pca_2[i], is_lit: isLit({ i }) }));
  const place = chart(node, "pca_map", dots, `Map of ${number(dotted)} customers, coloured by segment. `
    + "The ranges above select customers without a pointer.");
  const clear = element("button", { type: "button", class: "plain",
    onclick: () => { state.box = null; refresh(); } }, "Clear the selection");
  node.append(clear);
  place.addEventListener("pointerdown", () => window.addEventListener("pointerup", () => {
    const { pca_1: across, pca_2: up } = views.pca_map.signal("box");
    state.box = across && up ? [...across, ...up].map((value) => Math.round(100 * value) / 100) : null;
    refresh();
  }, { once: true }));
  return () => {
    clear.disabled = !state.box;
    const view = views.pca_map;
    if (!view) return;
    const ends = { x: state.box?.slice(0, 2), y: state.box?.slice(2) };
    for (const axis of ["x", "y"]) view.signal(`box_${axis}`, ends[axis]?.map((value) => view.scale(axis)(value)) ?? [0, 0]);
    // the dots stay, which is faster than dots anew
    view.change("rows", view.changeset().modify(() => true, "is_lit", isLit)).runAsync();
  };
}

/* Shares of items, a bar for each segment and one for all. */
function mix(role, id, title, about) {
  const items = roles(role);
  const name = `${role}_mix`;
  if (items.length < 2 || !contents.charts[name]) return null;
  const shares = (total, segment) => {
    const sum = sumOf(items, (item) => total.sums[item.name]);
    return sum > 0 ? items.map((item, i) => ({ segment, item: called(item.label), item_order: i,
      share: total.sums[item.name] / sum })) : [];
  };
  const rows = ({ rows: by, shown }) => [...shown.flatMap((i) => shares(by[i], labels[i])),
    ...shares(together(all), called("All customers"))];
  chart(card("half", id, title, about), name, rows(current()));
  return (now) => update(name, rows(now));
}

function value() {
  if (!has("expected")) return null;
  const [row] = contents.value;
  const node = card("", "value",
    row?.is_estimate ? "What will they be worth?" : "What if they go on as they did?",
    `Expected spend of a customer in the ${row?.horizon_days ?? "next"} days ahead, `
    + "and the segment's share of it.");
  const host = element("div");
  node.append(host, element("p", { class: "note" }, row?.is_estimate
    ? `An estimate from each customer's own purchases. ${mart(row.accuracy)}`
    : "Not a forecast: it holds if customers go on buying as they did. The data cannot tell who stops."));
  return ({ rows, base: total, shown }) => {
    const known = shown.filter((i) => rows[i].known.expected);
    const most = Math.max(...known.map((i) => mean(rows[i], "expected")), 1e-9);
    host.replaceChildren(tableOf(["Segment", "Expected spend each"], known.map((i) => [link(i), barsOf(i, [{ share: mean(rows[i], "expected"),
      text: `${money(mean(rows[i], "expected"))} · ${percent(rows[i].sums.expected / total.sums.expected)}` }], most, "7rem")]), "who-table"));
  };
}

function rfm() {
  const rows = contents.rfm;
  if (!rows.length) return;
  const names = [...new Set(rows.map((row) => row.rfm_segment))];
  const host = scroller("Classes by segment");
  card("", "rfm", "How recent, how often, how much",
    "Share of each segment in each class; strong colour: more (blue) or fewer (orange) "
    + "than among all customers.", host, heatKey());
  followers.push(() => host.replaceChildren(tableOf(
    ["Class", ...chosenSegments().map((i) => short(labels[i], 40))],
    names.map((name) => [name, chosenSegments().map((i) => {
      const row = rows.find((one) => one.rfm_segment === name && one.segment_key === segments[i].segment_key);
      return row ? heatCell(row.share_index, percent(row.segment_share),
        `${people_(row.customers)}, index ${number(row.share_index)}`) : "–";
    })]), "heat")));
}

/* ---- the table and its download --------------------------------------------------- */

function table() {
  const columns = [
    ["Customers", (row) => row.n, number],
    ["Share of customers", (row, total) => row.n / total.n, percent],
    has("spend") && ["Total spend", (row) => row.sums.spend, money],
    has("spend") && ["Share of spend", (row, total) => total.sums.spend ? row.sums.spend / total.sums.spend : null,
      percent],
    has("spend") && ["Spend a customer", (row) => mean(row, "spend"), money],
    has("income") && ["Mean income", (row) => mean(row, "income"), money],
    has("score") && ["Mean score", (row) => mean(row, "score"), number],
    has("response") && [OUTCOME ? upper(OUTCOME) : "Response", (row) => mean(row, "response"), (share) => percent(share, 1)],
    has("expected") && ["Expected spend", (row) => row.sums.expected, money],
  ].filter(Boolean);
  const host = scroller("Figures by segment");
  let lines = [];
  const button = element("button", { type: "button", class: "plain", onclick: () => {
    const text = lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
    element("a", { download: "segments.csv", href: `data:text/csv;charset=utf-8,${encodeURIComponent(text)}` }).click();
  } }, "Download as CSV");
  card("", "table", "Segments in numbers", null, host, button);
  /* A head that sorts: the largest first, and the other way when it is pressed again. */
  const sorts = (name, at, direction) => element("th", { scope: "col",
    "aria-sort": direction ? (direction < 0 ? "descending" : "ascending") : "none" },
  element("button", { type: "button", class: "sorts", onclick: () => {
    state.sort = [at, -direction || -1];
    refresh();
    host.querySelectorAll(".sorts")[at].focus();
  } }, name, direction && (direction < 0 ? " ▼" : " ▲")));
  return ({ rows, all: total, base, shown }) => {
    if (state.sort && !columns[state.sort[0]]) state.sort = null;
    const [by, direction] = state.sort || [];
    const figure = (i) => columns[by][1](rows[i], base);
    const sorted = state.sort ? shown.toSorted((a, b) => direction * (figure(a) - figure(b))) : shown;
    lines = [["Key", "Segment", ...columns.map(([name]) => name)],
      ...shown.map((i) => [segments[i].segment_key, segments[i].segment_name,
        ...columns.map(([, of]) => of(rows[i], base))])];
    const line = (row, ...name) => [name, columns.map(([, of, told]) => told(of(row, base)))];
    host.replaceChildren(tableOf(["Segment", ...columns.map(([name], at) => sorts(name, at, at === by && direction))],
      [...sorted.map((i) => line(rows[i], dot(segments[i].colour), short(labels[i], 60))),
        line(total, filtered() ? "All shown" : "All customers")]));
  };
}

function cell(value) {
  if (typeof value === "number") return String(value);
  let text = value ?? "";
  // a spreadsheet would take it for a formula
  if (/^[=+\-@\t\r\n]/.test(text)) text = "'" + text;
  return `"${text.replaceAll('"', '""')}"`;
}
