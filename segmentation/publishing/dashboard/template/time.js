function history() {
  const { sizes: past, transitions } = contents;
  if (past.length) {
    const node = card(transitions.length ? "half" : "", "history", "How have they grown?",
      "Share of customers by day of the data.");
    node.append(legend(segments.map((_, i) => i)));
    chart(node, { spec: {
      height: 230,
      transform: [{ calculate: "datum.known", as: "segment" }],
      encoding: { x: { field: "observed_on", type: "temporal", title: null, axis: { tickCount: 5 } },
        y: { field: "customer_share", type: "quantitative", title: null, axis: { format: ".0%", tickCount: 4 } },
        color: segmentColour(), detail: { field: "segment_key" } },
      layer: [{ mark: { type: "line", strokeWidth: 2.2 } }, { mark: { type: "point", filled: true, size: 45 },
        encoding: { tooltip: [{ field: "segment_name", title: "Segment" },
          { field: "observed_on", type: "temporal", title: "Day" },
          { field: "customers", title: "Customers", format: "," }] } }],
    }, description: "Share of customers of each segment by day.",
    values: past.map((row) => ({ ...row, known: nameOf(row.segment_key) })) });
  }
  if (transitions.length) {
    const from = [...new Set(transitions.map((row) => row.from_segment_key))];
    const to = [...new Set(transitions.map((row) => row.to_segment_key))];
    const names = Object.fromEntries(transitions.flatMap((row) => [
      [row.from_segment_key, row.from_segment_name], [row.to_segment_key, row.to_segment_name]]));
    card(past.length ? "half" : "", "transitions", "Who moved?",
      `Share of the customers of each row that were in the column's segment on ${day(transitions[0].observed_on)}.`,
      scroller("Transitions", element("table", { class: "heat" },
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "From, to"),
          to.map((key) => element("th", { scope: "col" }, short(names[key] || key, 40))))),
        element("tbody", {}, from.map((origin) => element("tr", {},
          element("th", { scope: "row" }, short(names[origin] || origin, 60)),
          to.map((key) => {
            const row = transitions.find((one) =>
              one.from_segment_key === origin && one.to_segment_key === key);
            const share = row?.share_of_origin ?? 0;
            return element("td", { title: row && `${number(row.customers)} customers`, style: {
              background: `rgba(var(--above), ${(0.6 * share).toFixed(2)})` } }, percent(share));
          })))))));
  }
}
