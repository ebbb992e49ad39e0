function evidence() {
  const rows = contents.evaluation;
  const [version] = contents.version;
  if (!rows.length) return;
  const node = card("", "evidence", `Why ${version?.k ?? segments.length} segments?`, null,
    version?.verdict && element("p", { class: "verdict" }, named(version.verdict)),
    version?.k_reason && element("p", {}, named(version.k_reason)));
  const pair = element("div", { class: "grid", style: { "margin-top": "12px" } });
  node.append(pair);
  const outer = grid;
  grid = pair;
  for (const [id, title, field, low] of [
    ["stability", "How alike are segments of customers drawn again (1: the same)",
      "stability_mean", null],
    ["silhouette", "How far they are apart (1: wholly, 0: not at all; dashed: without any groups)",
      "silhouette", "permuted_silhouette"],
  ]) {
    if (rows.every((row) => row[field] === null)) continue;
    const host = element("div", { class: "half", id: `evidence-${id}` },
      element("p", { class: "small" }, title));
    grid.append(host);
    const y = { type: "quantitative", title: null, scale: { domain: field === "stability_mean" ? [0, 1] : undefined, nice: true }, axis: { tickCount: 4 } };
    chart(host, { spec: {
      height: 190,
      encoding: { x: { field: "k", type: "ordinal", title: "Number of segments", axis: { labelAngle: 0 } } },
      layer: [
        low && { mark: { type: "line", color: GREY, strokeDash: [4, 3], aria: false },
          encoding: { y: { ...y, field: low } } },
        { mark: { type: "line", color: BLUE, strokeWidth: 2.5, aria: false }, encoding: { y: { ...y, field } } },
        { mark: { type: "point", filled: true, opacity: 1 }, encoding: { y: { ...y, field },
          color: { condition: { test: "datum.is_chosen", value: "#d55e00" }, value: BLUE },
          size: { condition: { test: "datum.is_chosen", value: 150 }, value: 50 },
          tooltip: [{ field: "k", title: "Segments" }, { field, title: "Figure", format: ".2f" },
            { field: "smallest_share", title: "Smallest segment", format: ".1%" }] } },
      ].filter(Boolean),
    }, description: title, values: rows });
  }
  grid = outer;
  node.append(element("p", { class: "note" }, "The orange dot is the number in use."));
  if (contents.stability.length) {
    node.append(element("p", { class: "small steady" }, "Each segment, when customers are drawn again (1: the same)"),
      element("div", { class: "legend" }, contents.stability.map((row) => {
        const i = segments.findIndex((one) => one.segment_key === row.segment_key);
        return element("span", {}, dot(segments[i].colour),
          `${short(labels[i], 60)}: `, row.stability, ` (${number(row.jaccard_mean, 2)})`);
      })));
  }
}
