function wilson(yes, n) {
  const z = 1.959964;
  const middle = (yes + z * z / 2) / (n + z * z);
  const half = z / (n + z * z) * Math.sqrt(yes * (n - yes) / n + z * z / 4);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function response() {
  if (!has("response")) return null;
  const values = ({ rows, shown }) => shown.filter((i) => rows[i].known.response).map((i) => {
    const [low, high] = wilson(rows[i].sums.response, rows[i].known.response);
    return { segment: labels[i], rate: mean(rows[i], "response"), low, high,
      said: percent(mean(rows[i], "response"), 1), n: rows[i].known.response };
  });
  const average = mean(together(all), "response");
  const node = card("half", "response", OUTCOME ? `${upper(OUTCOME)} by segment` : "Who answered the last campaign?",
    `Share ${OUTCOME ? "of which it is true" : "that accepted"}, with its 95 % interval. Dashed: all customers, ${percent(average, 1)}.`);
  const y = { field: "segment", type: "nominal", title: null, sort: labels,
    axis: wrapped(labels) };
  const height = (shown) => Math.max(46 * shown, contents.gains.length ? 260 : 0);
  chart(node, { spec: {
    height: height(segments.length),
    encoding: { y, color: segmentColour() },
    layer: [
      { mark: { type: "rule", color: GREY, strokeDash: [4, 3], aria: false }, data: { values: [{}] },
        encoding: { x: { datum: average }, y: null, color: null } },
      { mark: { type: "rule", strokeWidth: 3, opacity: 0.6 }, encoding: {
        x: { field: "low", type: "quantitative", title: null, scale: { zero: true },
          axis: { format: ".0%", tickCount: 5 } }, x2: { field: "high" } } },
      { mark: { type: "point", filled: true, size: 130, opacity: 1 }, encoding: {
        x: { field: "rate", type: "quantitative" },
        tooltip: [{ field: "segment", title: "Segment" }, { field: "rate", title: "Accepted", format: ".1%" },
          { field: "low", title: "from", format: ".1%" }, { field: "high", title: "to", format: ".1%" },
          { field: "n", title: "Customers", format: "," }] } },
      { name: "said", mark: { type: "text", align: "left", dx: -6, dy: -14, fontWeight: 600, aria: false }, encoding: {
        x: { field: "rate", type: "quantitative" }, text: { field: "said" }, color: null } },
    ],
  }, description: "Share of each segment that accepted the last campaign, with intervals.", values: values(current()) });
  return (now) => update("response", values(now), height(now.shown.length));
}

function campaign() {
  const { gains, profits, plan } = contents;
  const [summary] = contents.campaign;
  if (!gains.length && !profits.length) return;
  if (gains.length) {
    const first = gains[Math.min(1, gains.length - 1)];
    const [share, found] = [percent(first.cumulative_contact_share), percent(first.cumulative_gain)];
    const host = card("half", "gains", ...OUTCOME
      ? [`Where is ${lower(OUTCOME)} found?`,
        `The ${share} ranked highest hold ${found} of all of whom it came true. Dashed: taken at random.`]
      : ["How many answers are reached",
        `The ${share} most likely to respond hold ${found} of all responses. Dashed: contacting at random.`]);
    chart(host, { spec: {
      height: 250,
      encoding: { x: { field: "cumulative_contact_share", type: "quantitative",
        title: OUTCOME ? "Share of customers, ranked highest first" : "Share of customers contacted",
        axis: { format: ".0%", tickCount: 5 } },
      y: { field: "cumulative_gain", type: "quantitative",
        title: OUTCOME ? "Share of it that is found" : "Share of responses reached",
        axis: { format: ".0%", tickCount: 5 } } },
      layer: [
        { mark: { type: "line", color: GREY, strokeDash: [4, 3], aria: false },
          data: { values: [{ cumulative_contact_share: 0, cumulative_gain: 0 },
            { cumulative_contact_share: 1, cumulative_gain: 1 }] } },
        { mark: { type: "line", color: BLUE, strokeWidth: 2.5, point: { filled: true, size: 50, color: BLUE } },
          encoding: { tooltip: [{ field: "cumulative_contact_share", title: OUTCOME ? "Ranked highest" : "Contacted", format: ".0%" },
            { field: "cumulative_gain", title: OUTCOME || "Responses", format: ".1%" },
            { field: "cumulative_lift", title: "Lift", format: ".2f" }] } },
      ],
    }, description: OUTCOME ? "Share of the outcome found by share of customers, ranked highest first."
      : "Share of responses reached by share of customers contacted.",
    values: [{ cumulative_contact_share: 0, cumulative_gain: 0 }, ...gains] });
  }
  if (summary || plan.length) {
    const node = card(profits.length ? "half" : "", "campaign",
      OUTCOME ? `Can ${lower(OUTCOME)} be foreseen?` : "Whom to contact next", null,
      summary && element("p", { class: "verdict" }, named(summary.sentence)));
    if (plan.some((row) => row.contacts)) node.append(scroller("Plan by segment", planTable()));
  }
  if (profits.length) profit();
}

function planTable() {
  const { plan } = contents;
  const line = (title, row) => element("tr", {}, element("th", { scope: "row" }, title),
    ["contacts", "held_out", "expected_responses", "expected_profit"].map((column) =>
      element("td", {}, (column === "expected_profit" ? money : number)(row(column)))));
  return element("table", {},
    element("thead", {}, element("tr", {}, ["Segment", "To contact", "Kept aside",
      "Expected responses", "Expected profit"].map((word) => element("th", { scope: "col" }, word)))),
    element("tbody", {},
      plan.map((row) => line(nameOf(row.segment_key), (column) => row[column])),
      line("All", (column) => plan.reduce((sum, row) => sum + row[column], 0))));
}

/* The curve of profit by size, at a cost, an income and a size that can be tried out. */
function profit() {
  const { profits } = contents;
  const [summary] = contents.campaign;
  const planned = profits.find((row) => row.is_cut_off) || profits[0];
  const amounts = { cost: summary.contact_cost, revenue: summary.revenue_per_response };
  const node = card("half", "profit", "What a campaign of another size would earn",
    `Tried on ${number(summary.evaluated_customers)} customers whom the model had not seen.`);
  const field = (label, value, settings) => {
    const input = element("input", { type: "number", min: "0", step: "any", value: String(value), ...settings,
      oninput: () => redraw() });
    node.append(element("label", { class: "pick" }, element("span", {}, label), input));
    return input;
  };
  const cost = field("Cost of a contact", amounts.cost);
  const revenue = field("Income from an answer", amounts.revenue);
  const size = field("Share contacted", String(profits.indexOf(planned)),
    { type: "range", max: String(profits.length - 1), step: "1" });
  const told = element("p", { class: "verdict", role: "status" });
  node.append(told);
  /* Answers follow from the profit at the amounts of the build, and give it at others. */
  const values = () => profits.map((row, i) => {
    const earned = (amount) => (amount + amounts.cost * row.contacted) / amounts.revenue
      * Number(revenue.value) - Number(cost.value) * row.contacted;
    return { contacted: row.contacted, contacted_share: row.contacted_share,
      profit: earned(row.profit), lower: earned(row.lower), upper: earned(row.upper),
      is_shown: i === Number(size.value) };
  });
  function redraw() {
    const rows = values();
    const shown = rows.find((row) => row.is_shown);
    told.textContent = called(glued(`${number(shown.contacted)} of ${number(summary.evaluated_customers)} contacted `
      + `(${percent(shown.contacted_share)}), cost ${money(shown.contacted * Number(cost.value))}: `
      + `likely profit ${money(shown.profit)} (${money(shown.lower)} to ${money(shown.upper)}).`));
    update("profit", rows);
  }
  chart(node, profitChart(values()));
  redraw();
}

/* Profit by how many are contacted, the plan marked. */
function profitChart(values) {
  const { profits } = contents;
  const planned = profits.find((row) => row.is_cut_off) || profits[0];
  if (!planned) return null;
  const spec = {
    height: 250,
    encoding: { x: { field: "contacted_share", type: "quantitative",
      title: "Share of customers contacted", axis: { format: ".0%", tickCount: 5 } } },
    layer: [
      { mark: { type: "area", color: BLUE, opacity: 0.2, aria: false }, encoding: {
        y: { field: "lower", type: "quantitative", title: "Profit" }, y2: { field: "upper" } } },
      { mark: { type: "rule", color: GREY, aria: false }, data: { values: [{}] },
        encoding: { y: { datum: 0 }, x: null } },
      { mark: { type: "line", color: BLUE, strokeWidth: 2.5 }, encoding: {
        y: { field: "profit", type: "quantitative" } } },
      { transform: [{ filter: "datum.is_shown" }],
        mark: { type: "point", filled: true, size: 130, color: "#d55e00", opacity: 1 },
        encoding: { y: { field: "profit", type: "quantitative" },
          tooltip: [{ field: "contacted", title: "Contacts", format: "," },
            { field: "profit", title: "Profit", format: ",.0f" }] } },
    ],
  };
  return { spec, values: values || profits.map((row) => Object.assign({}, row, { is_shown: row === planned })),
    description: `Profit by share contacted; as planned, ${percent(planned.contacted_share)} contacted, it is ${money(planned.profit)}.` };
}
