/* Where no mart answers what there is to believe, why there are so many segments. */
function reasons() {
  const [version] = contents.version;
  if (version?.verdict) {
    card("", "believe", `Why ${segments.length} segments?`, null, element("p", {}, named(version.verdict)),
      version.k_reason && element("p", {}, named(version.k_reason)));
  }
}

function evidence() {
  if (contents.trust.length) whyBelieve("believed");
  else reasons();
  if (contents.stability.length) {
    card("", "steady", "Does each segment come out again?", "How alike it is when customers are drawn again; 1: the same.",
      element("div", { class: "legend" }, contents.stability.map((row) => {
        const i = indexOf(row.segment_key);
        return element("span", {}, dot(segments[i].colour),
          `${short(labels[i], 60)}: `, row.stability, ` (${number(row.jaccard_mean, 2)})`);
      })));
  }
}
