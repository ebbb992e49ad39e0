/* The brief: four sheets of A4 that are made when somebody prints, and taken away after. */

const SHEET = { width: 703, height: 1010 };  // 186 by 267 mm in pixels, what the margins leave
const pictures = {};

/* Charts take a moment, which printing does not give: they are drawn when nothing is to do. */
async function drawPictures() {
  for (const name of ["category_mix", "campaign_profit", "campaign_response"].filter((one) => contents.charts[one])) {
    const node = element("div", { style: { width: "640px" } });
    // oxlint-disable-next-line no-await-in-loop -- one picture after the other
    const { view } = await window.vegaEmbed(node, { ...framed(name, rowsOf(name), 640),
      width: 500, autosize: { type: "pad" } }, EMBEDDED);
    // oxlint-disable-next-line no-await-in-loop
    pictures[name] = await view.toSVG();
    view.finalize();
  }
}

const picture = (name) => {
  if (!pictures[name]) return null;
  const node = element("div", { class: "chart" });
  // made by Vega from this page's own specification, in which all text is escaped
  node.append(new DOMParser().parseFromString(pictures[name], "image/svg+xml").documentElement);
  return node;
};

function segmentInBrief(i) {
  const segment = segments[i];
  const [rule] = of(i, "rules");
  // means first; where there are few, what else differs
  const facts = [...of(i, "profiles").slice(0, 4).map((row) =>
    [row.feature_label, measured(row.mean, row), amount(row.population_mean, row.unit)]),
  ...of(i, "attributes").map((row) => [attributeOf(row), percent(row.customer_share), percent(row.population_share)])];
  return element("article", { class: "card person", style: { "--colour": segment.colour } },
    element("h2", {}, dot(segment.colour), labels[i]),
    element("p", { class: "label" }, `${people_(all[i].n)}, ${percent(segment.customer_share)} of customers`
      + (has("spend") && segment.spend_share !== null ? `, ${percent(segment.spend_share)} of spend` : "")),
    facts.length ? element("table", {}, element("tbody", {}, facts.slice(0, 4).map(([label, own, everybody]) => element("tr", {},
      element("th", { scope: "row" }, label), element("td", {}, element("b", {}, own)),
      element("td", {}, element("span", { class: "label" }, `all ${everybody}`))))))
      : element("p", {}, mart(segment.description)),
    rule && element("p", { class: "rule" }, element("b", {}, "How to recognise them: "), mart(`${rule.rule_text}.`)));
}

function campaignInBrief() {
  const [summary] = contents.campaign;
  const told = [summary && !contents.trust.length && element("p", {}, named(summary.sentence)),
    contents.plan.some((row) => row.contacts) && planTable(), picture("campaign_profit")].filter(Boolean);
  if (told.length) card("", "campaign", OUTCOME ? `Can ${lower(OUTCOME)} be foreseen?` : "Whom to contact next", null, told);
  const answered = OUTCOME && picture("campaign_response");
  if (answered) card("", "response", `${upper(OUTCOME)} by segment`, null, answered);
}

const SHEETS = [
  [null, () => { headlines(); who(); whatChanged(); }],
  ["What to do on Monday", () => {
    const orders = segments.map((_, i) => order(i)).filter(Boolean);
    card("", "todo", "Work orders", null, orders.length ? orders
      : element("p", {}, "This input has no advice: it says nothing of what was bought."));
  }],
  ["Who they are", () => {
    grid.append(element("div", { class: "people" }, segments.map((_, i) => segmentInBrief(i))));
    const mixed = picture("category_mix");
    if (mixed) card("", "mix", "What do they buy?", "Share of spend by category.", mixed);
  }],
  ["Why believe it?", () => { whyBelieve(); if (!contents.trust.length) reasons(); campaignInBrief(); }],
];

function brief() {
  const host = element("div", { id: "brief" });
  document.body.append(host);
  inBrief = true;
  SHEETS.forEach(([title, draw], at) => {
    const body = drawnInto(element("div", { class: "fit" }), draw);
    const sheet = element("section", { class: "sheet" }, element("header", {},
      element("h1", {}, document.getElementById("title").textContent),
      element("p", {}, document.getElementById("subtitle").textContent),
      element("p", { class: "end" }, title && `${called(title)} · `, `${at + 1} / ${SHEETS.length}`)), body);
    host.append(sheet);
    // as large as it fits its sheet
    const room = SHEET.height - sheet.firstChild.offsetHeight;
    for (let size = 1.4; size > 0.4; size -= 0.02) {
      body.style.setProperty("width", `${SHEET.width / size}px`);
      if (body.offsetHeight * size <= room || size < 0.43) {
        body.style.setProperty("zoom", size);
        break;
      }
    }
  });
  inBrief = false;
}

window.addEventListener("beforeprint", brief);
window.addEventListener("afterprint", () => document.getElementById("brief")?.remove());
