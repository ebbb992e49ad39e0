function response() {
  const rows = rowsOf("campaign_response");
  if (!rows.length) return;
  const node = card("half", "response", OUTCOME ? `${upper(OUTCOME)} by segment` : "Who answered the last campaign?",
    `Share ${OUTCOME ? "of which it is true" : "that accepted"}, with its 95 % interval. Dashed: all customers, ${percent(rows[0].population, 1)}.`);
  chart(node, "campaign_response", rows);
}

function campaign() {
  const { plan } = contents;
  const [summary] = contents.campaign;
  const [gains, profits] = [rowsOf("campaign_gain"), rowsOf("campaign_profit")];
  if (gains.length) {
    const first = gains[Math.min(2, gains.length - 1)];
    const [share, found] = [percent(first.cumulative_contact_share), percent(first.cumulative_gain)];
    const host = card("half", "gains", ...OUTCOME
      ? [`Where is ${lower(OUTCOME)} found?`,
        `The ${share} ranked highest hold ${found} of all of whom it came true. Dashed: taken at random.`]
      : ["How many answers are reached",
        `The ${share} most likely to respond hold ${found} of all responses. Dashed: contacting at random.`]);
    chart(host, "campaign_gain");
  }
  if (summary || plan.length) {
    const node = card(profits.length ? "half" : "", "campaign",
      OUTCOME ? `Can ${lower(OUTCOME)} be foreseen?` : "Whom to contact next", null,
      summary && element("p", { class: "verdict" }, named(summary.sentence)));
    if (plan.some((row) => row.contacts)) node.append(scroller("Plan by segment", planTable()));
  }
  if (profits.length) profit(profits);
}

function planTable() {
  const { plan } = contents;
  const line = (title, row) => [title, ...["contacts", "held_out", "expected_responses"].map((column) => number(row(column))),
    money(row("expected_profit"))];
  return tableOf(["Segment", "To contact", "Kept aside", "Expected responses", "Expected profit"],
    [...plan.map((row) => line(nameOf(row.segment_key), (column) => row[column])),
      line("All", (column) => sumOf(plan, (row) => row[column]))]);
}

/* The curve of profit by size, at a cost, an income and a size that can be tried out. */
function profit(profits) {
  const [summary] = contents.campaign;
  const planned = profits.find((row) => row.is_cut_off) || profits[0];
  const amounts = { cost: summary.contact_cost, revenue: summary.revenue_per_response };
  const node = card("half", "profit", "What a campaign of another size would earn",
    `Tried on ${number(summary.evaluated_customers)} customers whom the model had not seen.`);
  const field = (label, value, settings) => {
    const input = element("input", { type: "number", min: "0", step: "any", value: state.tried[label] ?? String(value), ...settings,
      oninput: () => {
        state.tried[label] = input.value;
        redraw();
      } });
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
    update("campaign_profit", rows);
  }
  chart(node, "campaign_profit", values());
  redraw();
}
