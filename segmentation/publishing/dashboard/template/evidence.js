function evidence() {
  const [version] = contents.version;
  const node = card("", "evidence", `Why ${version?.k ?? segments.length} segments?`, null,
    version?.verdict && element("p", { class: "verdict" }, named(version.verdict)),
    version?.k_reason && element("p", {}, named(version.k_reason)));
  if (contents.stability.length) {
    node.append(element("p", { class: "small steady" }, "Each segment, when customers are drawn again (1: the same)"),
      element("div", { class: "legend" }, contents.stability.map((row) => {
        const i = segments.findIndex((one) => one.segment_key === row.segment_key);
        return element("span", {}, dot(segments[i].colour),
          `${short(labels[i], 60)}: `, row.stability, ` (${number(row.jaccard_mean, 2)})`);
      })));
  }
}
