/* One segment: who they are, what is special, how it changed, what to do. */

function portrait(host) {
  const draw = () => {
    const i = state.portrait;
    if (i === null) return;
    grid = host;
    host.replaceChildren();
    host.classList.toggle("few", all[i].n < FEW);
    opening(i);
    difference(i, state.compared, (chosen) => { state.compared = chosen; writeAddress(); draw(); });
    attributes(i);
    workOrder(i);
    answers(i);
    growth(i);
    neighbours(i);
  };
  return () => { if (state.view === "segments") draw(); };
}

function workOrder(i) {
  const todo = order(i);
  const [rule] = of(i, "rules");
  if (!todo && !rule) return;
  grid.append(drawnInto(element("div", { class: "half stack" }), () => {
    if (todo) card("", "order", "Work order", null, todo);
    if (rule) {
      card("", "rule", "How to recognise them", null,
        element("p", {}, element("b", {}, `${mart(rule.rule_text)}. `), upper(mart(rule.reading))));
    }
  }));
}

function opening(i) {
  const segment = segments[i];
  const whole = together(all);
  const then = before && sizeOn(before, segment.segment_key)?.customers;
  const [value] = of(i, "value");
  grid.append(element("section", { class: "card portrait", "aria-label": labels[i],
    style: { "--colour": segment.colour } },
  element("div", {}, element("h2", {}, dot(segment.colour), labels[i]), described(segment),
    all[i].n < FEW && element("p", { class: "small" }, `${people_(all[i].n)}: too few to say what is typical.`)),
  factsOf([
    [percent(segment.customer_share), "of customers"],
    has("spend") && [percent(segment.spend_share), "of spend"],
    [number(all[i].n), "customers"],
    before && [change(all[i].n, then ?? 0, { share: false }), `since ${day(before)}`],
    has("spend") && [money(mean(all[i], "spend")), `each, all customers ${money(mean(whole, "spend"))}`],
    has("response") && [percent(mean(all[i], "response"), 1),
      `${OUTCOME ? lower(OUTCOME) : "answered"}, all customers ${percent(mean(whole, "response"), 1)}`],
    value?.is_estimate && has("expected") && [money(mean(all[i], "expected")),
      `expected each in ${value.horizon_days} days`],
  ])));
}

/* A dot for the segment and a bar for everybody, on the range of the segments' means. */
function place(values, own, average, colour) {
  const [low, high] = [Math.min(...values, average), Math.max(...values, average)];
  const at = (value) => 4 + 112 * (high > low ? (value - low) / (high - low) : 0.5);
  const svg = drawn("svg", { viewBox: "0 0 120 16", class: "place", "aria-hidden": "true" });
  svg.append(
    drawn("line", { x1: 2, x2: 118, y1: 8, y2: 8, class: "axis" }),
    drawn("line", { x1: at(average), x2: at(average), y1: 2, y2: 14, class: "average" }),
    drawn("circle", { cx: at(own), cy: 8, r: 4.5, fill: colour }));
  return svg;
}

function difference(i, other, choose) {
  const rows = of(i, "profiles").slice(0, 9);
  if (!rows.length) return;
  const select = element("select", { "aria-label": "Compare with", onchange: () =>
    choose(select.value === "" ? null : Number(select.value)) },
  element("option", { value: "" }, "all customers only"),
  segments.map((_, j) => j).filter((j) => j !== i).map((j) =>
    element("option", { value: String(j), selected: j === other }, short(labels[j], 40))));
  const meanOf = (feature, j) => of(j, "profiles").find((row) => row.feature === feature)?.mean;
  const head = ["Feature", "low … high", short(labels[i], 26), "All", other !== null && short(labels[other], 26),
    other !== null && "difference"].filter((word) => word !== false);
  card("wide", "different", "What is special about them",
    "Means. Dot: this segment. Line: all customers.",
    element("p", { class: "small" }, "Compare with ", select),
    scroller("Differences", tableOf(head, rows.map((row) => {
      const means = segments.map((_, j) => meanOf(row.feature, j)).filter((value) => value !== undefined);
      const theirs = other === null ? null : meanOf(row.feature, other);
      return [row.feature_label, place(means, row.mean, row.population_mean, segments[i].colour),
        element("b", {}, measured(row.mean, row)), amount(row.population_mean, row.unit),
        other === null ? [] : [amount(theirs, row.unit), signed(row.mean - theirs, row.unit)]];
    }))));
}

const signed = (value, unit) => !isFinite(value) ? "–"
  : (value > 0 ? "+" : value < 0 ? "−" : "") + (unit === "share"
    ? `${number(100 * Math.abs(value))} points` : amount(Math.abs(value), unit));

const attributeOf = (row) => `${upper(row.attribute.replaceAll("_", " "))}: ${row.attribute_value}`;

function attributes(i) {
  const rows = of(i, "attributes").slice(0, 8);
  if (!rows.length) return;
  card("slim", "attributes", "Who they are", "What differs most from all customers.",
    tableOf(["Attribute", "They", "All"], rows.map((row) => [attributeOf(row),
      element("b", {}, percent(row.customer_share)), percent(row.population_share)])));
}

function answers(i) {
  const rows = of(i, "answers");
  if (rows.length < 2) return;
  card("half", "answers", "Their answers to campaigns", null, scroller("Answers to campaigns",
    tableOf(["Campaign", "They", "All"], rows.map((row) => [row.campaign.replaceAll("_", " "),
      element("td", {}, element("b", {}, percent(row.acceptance_rate, 1)), ` of ${number(row.contacts)}`), percent(row.population_rate, 1)]))));
}

function growth(i) {
  const line = days.map((date) => sizeOn(date, segments[i].segment_key)?.customers ?? 0);
  if (line.length < 2) return;
  card("half", "growth", "How many, over time", null, element("div", { class: "growth" }, spark(line)),
    element("p", { class: "note" }, `${number(line[0])} on ${day(days[0])}, ${number(line.at(-1))} on ${day(today)}.`));
}

function neighbours(i) {
  const key = segments[i].segment_key;
  const rows = contents.transitions.filter((row) => row.from_segment_key !== row.to_segment_key
    && (row.from_segment_key === key || row.to_segment_key === key) && row.customers > 0)
    .sort((a, b) => b.customers - a.customers);
  if (!rows.length) return;
  card("half", "neighbours", "Where they come from, where they go", before ? `Since ${day(before)}.` : null,
    linesOf(rows.map((row) => {
      const side = row.to_segment_key === key ? "from" : "to";
      return [element("span", {}, `${side} `, element("b", {}, nameIn(row, side))), element("span", {}, number(row.customers))];
    })));
}
