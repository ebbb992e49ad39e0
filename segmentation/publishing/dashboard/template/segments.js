function people() {
  // at most four in a row, and the rows as even as can be
  const columns = Math.ceil(segments.length / Math.ceil(segments.length / 4));
  const host = element("div", { class: "people", style: { "--columns": String(columns) } });
  grid.append(host);
  const cards = segments.map((segment, i) => {
    const [[action], [rule], readings] = ["actions", "rules", "readings"].map((part) => of(i, part));
    const sizes = element("div");
    const node = element("article", { class: "card person", id: `segment-${i}`,
      style: { "--colour": segment.colour }, "aria-label": labels[i] },
    element("div", {}, element("h2", {}, link(i, Infinity)),
      element("p", { class: "label" }, segment.segment_key)),
    described(segment), sizes,
    readings.length > 0 && element("div", {}, element("div", { class: "small" }, "Also special about them"),
      element("ul", {}, readings.map((row) => element("li", {}, mart(row.reading))))),
    action && advises(action) && element("div", { class: "act" },
      element("b", {}, action.objective),
      element("p", {}, action.message_idea ? action.message_idea + "." : null),
      element("p", {}, [action.offer && `Offer: ${lower(action.offer)}.`,
        action.channel && `Channel: ${action.channel}.`,
        action.category && `Category: ${action.category}.`].filter(Boolean).join(" ")),
      action.objective_reason && element("p", { class: "label" }, mart(action.objective_reason))),
    rule && element("div", { class: "rule" }, element("div", { class: "small" }, "How to recognise them"),
      mart(`${rule.rule_text}. ${upper(rule.reading)}`)));
    host.append(node);
    return sizes;
  });
  return ({ rows, base: total }) => cards.forEach((sizes, i) => sizes.replaceChildren(factsOf([
    [percent(rows[i].n / total.n), "of customers"],
    total.sums.spend > 0 && [percent(rows[i].sums.spend / total.sums.spend), "of spend"],
    [number(rows[i].n), "customers"]])));
}
