/* The first screen: who they are, what changed, what to do, why believe it. */

const days = [...new Set(contents.sizes.map((row) => row.observed_on))].sort();
const [today, before] = [days.at(-1), days.at(-2)];
const sizeOn = (date, key) => contents.sizes.find((row) =>
  row.observed_on === date && row.segment_key === key);

/* Up is good news, or bad, or neither. */
function change(now, then, { good = 0, said = number, share = true } = {}) {
  if (then === null || then === undefined) return null;
  const by = now - then;
  const sign = by > 0 ? "▲ " : by < 0 ? "▼ " : "▬ ";
  const mood = by * good > 0 ? "up" : by * good < 0 ? "down" : "";
  const relative = share && by && then > 0 ? ` (${percent(Math.abs(by) / then, 1)})` : "";
  return element("span", { class: `change ${mood}` }, sign + said(Math.abs(by)),
    element("span", { class: "unseen" }, by > 0 ? " more" : by < 0 ? " fewer" : ", no change"),
    relative);
}

function spark(values) {
  if (values.length < 2) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const line = values.map((value, i) =>
    `${2 + 92 * i / (values.length - 1)},${30 - 26 * (high > low ? (value - low) / (high - low) : 0.5)}`);
  const svg = drawn("svg", { viewBox: "0 0 96 34", class: "spark", "aria-hidden": "true" });
  svg.append(drawn("polyline", { points: line.join(" "), fill: "none", stroke: BLUE, "stroke-width": 2 }));
  return svg;
}

function headline(label, figure, note, line) {
  return element("div", { class: "headline" }, element("div", {}, labelled(label, figure, note)), line);
}

/* What was spent when: from the definition, or from the orders. */
function period() {
  const [version] = contents.version;
  const first = wording.first_day || contents.orders.month?.[0];
  return first && version ? `${month(first)}\u00a0–\u00a0${month(version.observed_on)}` : null;
}

function headlines() {
  const whole = together(all);
  const on = (date, name) => sumOf(contents.sizes.filter((row) => row.observed_on === date), (row) => row[name]);
  const [counts, spends] = ["customers", "total_spend"].map((name) => days.map((date) => on(date, name)));
  const [ago] = contents.sizes.filter((row) => row.observed_on === today && row.year_before_on);
  const than = (name, settings) => before && [
    change(on(today, name), on(before, name), settings), element("span", {}, ` since ${day(before)}`),
    ago && on(ago.year_before_on, name) > 0 && element("span", {},
      element("br"), change(on(today, name), on(ago.year_before_on, name), settings), " in a year")];
  const sum = (name) => sumOf(contents.actions, (row) => row[name] || 0);
  const [result] = contents.results;
  // the plan that the orders below add up to; the campaign's view has the curve
  const planned = (name) => sumOf(contents.plan, (row) => row[name]);
  const [risk, best] = [sum("at_risk_customers"), sum("high_value_at_risk_customers")];
  const told = [
    headline(upper(UNIT.many), number(whole.n), than("customers", { good: 1 })
      || `in ${segments.length} ${segments.length === 1 ? "segment" : "segments"}`, spark(counts)),
    has("spend") && headline("Spend so far", moneyInShort(whole.sums.spend), than("total_spend",
      { said: moneyInShort, good: 1 }) || [`${money(mean(whole, "spend"))} a customer`,
      period() && `, ${period()}`], spark(spends)),
    OUTCOME && has("response") && headline(upper(OUTCOME), percent(mean(whole, "response"), 1), mostOutcome()),
    risk > 0 && headline("Likely to stop buying", number(risk), best > 0 && `${number(best)} of them among the best`),
    result && result.extra_profit !== null
      ? headline("Last campaign brought extra", money(result.extra_profit),
        `likely ${money(result.extra_profit_lower)} to ${money(result.extra_profit_upper)}`)
      : planned("contacts") > 0 && planned("expected_profit") !== 0
        && headline("Next campaign may earn", money(planned("expected_profit")),
          `from ${number(planned("contacts"))} contacts`)].filter(Boolean);
  grid.append(element("section", { class: "card headlines", "aria-label": "Headline figures" },
    told, tellingFigures(Math.max(3 - told.length, 0))));
}

/* Where there is little to count, what tells the segments apart most: its mean, and who has
   the highest. Features are ranked by the spread of the means of segments that are large
   enough, measured in their mean distance from that of all. */
function tellingFigures(most) {
  const rows = segments.flatMap((_, i) => all[i].n >= FEW ? of(i, "profiles") : []).filter((row) => row.population_mean);
  const features = [...new Set(rows.map((row) => row.feature))].map((name) => rows.filter((row) => row.feature === name));
  const spread = (own) => Math.max(...own.map((row) => Math.abs(row.mean / row.population_mean - 1)));
  return features.filter((own) => own.length > 1).sort((a, b) => spread(b) - spread(a))
    .slice(0, most).map((own) => {
      const top = own.reduce((one, other) => other.mean > one.mean ? other : one);
      return headline(`${top.feature_label}, mean`, measured(top.population_mean, top),
        [`${measured(top.mean, top)} in `, link(indexOf(top.segment_key))]);
    });
}

/* Where the outcome is most frequent, of segments that are large enough to say so. */
function mostOutcome() {
  const rate = (i) => mean(all[i], "response") ?? -1;
  const large = segments.map((_, i) => i).filter((i) => all[i].known.response >= FEW);
  const most = large.sort((a, b) => rate(b) - rate(a))[0];
  return most === undefined ? "" : [`${percent(rate(most), 1)} in `, link(most)];
}

/* The segments with bars of their size and what they spend, among those of the total. */
function sizeTable(rows, total, shown) {
  const worth = has("spend") && total.sums.spend > 0;
  const sharesOf = (i) => [rows[i].n / total.n, worth && rows[i].sums.spend / total.sums.spend].filter((share) => share !== false);
  const most = Math.max(...shown.flatMap(sharesOf), 1e-9);
  const outcome = OUTCOME && has("response");
  // what history knows is of whole segments
  const then = rows === all && before;
  return scroller("Segments", tableOf(["Segment", worth ? "Size and spend" : "Size", "Customers", then && `since ${day(then)}`,
    worth && "Spend each", outcome && upper(OUTCOME)].filter(Boolean), shown.map((i) => [link(i),
    barsOf(i, sharesOf(i).map((share, at) => ({ share, pale: worth && at === 0, text: percent(share) })), most), number(rows[i].n),
    then && change(rows[i].n, sizeOn(then, segments[i].segment_key)?.customers ?? 0, { share: false }),
    worth && money(mean(rows[i], "spend")), outcome && percent(mean(rows[i], "response"), 1)].filter(Boolean)), "who-table"));
}

const aboutSizes = () => has("spend") ? "Pale: share of customers. Full: share of spend." : "Share of customers.";

function who() {
  const whole = together(all);
  card("", "who", "Who are they?", aboutSizes(), sizeTable(all, whole, segments.map((_, i) => i)),
    has("spend") && element("p", { class: "note" }, `All ${number(whole.n)} customers spend `
      + `${money(mean(whole, "spend"))} each${period() ? ` (${period()})` : ""}.`));
}

/* Moves between segments, and who came and left, the largest first. */
function moves() {
  const place = (row, side) => {
    const i = indexOf(row[`${side}_segment_key`]);
    return i < 0 ? element("b", {}, nameIn(row, side)) : link(i);
  };
  return contents.transitions.filter((row) => row.from_segment_key !== row.to_segment_key
    && row.customers > 0).sort((a, b) => b.customers - a.customers).slice(0, 5).map((row) => {
    const count = element("b", {}, people_(row.customers));
    if (row.from_segment_key === "new") return [count, " joined, in ", place(row, "to"), "."];
    if (row.to_segment_key === "left") return [count, " of ", place(row, "from"), " left the file."];
    return [count, " went from ", place(row, "from"), " to ", place(row, "to"), "."];
  });
}

/* Whose spend a head moved most since the last build. */
function spendMoves() {
  return segments.map((segment, i) => {
    const [now, then] = [today, before].map((date) => sizeOn(date, segment.segment_key));
    if (!now || !then || now.customers < FEW || then.customers < FEW || !(then.total_spend > 0)) return null;
    const [each, was] = [now, then].map((row) => row.total_spend / row.customers);
    return { i, each, was, by: each / was - 1 };
  }).filter((row) => row && Math.abs(row.by) >= 0.02).sort((a, b) => Math.abs(b.by) - Math.abs(a.by)).slice(0, 2)
    .map(({ i, each, was, by }) => [link(i),
      ` ${by > 0 ? "spend more" : "spend less"}: ${money(each)} each, ${money(was)} before.`]);
}

const nameIn = (row, side) => labels[indexOf(row[`${side}_segment_key`])] ?? (row[`${side}_segment_name`] || row[`${side}_segment_key`]);
const people_ = (count) => `${number(count)} ${count === 1 ? "customer" : "customers"}`;

function whatChanged() {
  const stayed = sumOf(contents.transitions.filter((row) => row.from_segment_key === row.to_segment_key), (row) => row.customers);
  const items = before ? [
    ...moves(), ...spendMoves(),
    stayed > 0 && [element("b", {}, people_(stayed)), " stayed where they were."],
  ].filter(Boolean) : [["This is the first build. From the next one on, this box says who moved, "
    + "who joined and who left."]];
  card("", "changed", "What changed?", before ? `Since ${day(before)}.` : null, linesOf(items.map((words) => element("span", {}, words))));
}

const advises = (action) => action.objective && action.objective !== "no advice";

const apart = (action) => (action.objective_reason || "").replace("The playbook has no advice for this segment. ", "");

/* Nobody at risk is no reason. */
const atRisk = (action) => action.at_risk_customers > 0 && action.retention_reason
  ? action.retention_reason.replace(", 0 of them among the best by spend", "") : null;

/* What to do about one segment, from its action, the plan of the campaign and its list. */
function order(i) {
  const segment = segments[i];
  const [[action], [plan], [unreachable]] = ["actions", "plan", "unreachable"].map((part) => of(i, part));
  const shut = unreachable?.no_contact_customers || 0;
  const reached = all[i].n - shut;
  if (!action) return null;
  const words = [action.message_idea && `${action.message_idea}.`, action.offer && `Offer: ${lower(action.offer)}.`,
    action.channel && `Channel: ${action.channel}.`, atRisk(action)].filter(Boolean).map((part) => [mart(part), " "]);
  const pays = plan && plan.contacts > 0 && plan.expected_profit !== null
    ? [element("b", {}, money(plan.expected_profit)), `likely from ${number(plan.contacts)} contacts`,
      element("br"), `cost ${money(plan.expected_cost)}`]
    : [element("b", {}, number(reached)), reached === 1 ? "customer" : "customers"];
  // without evidence for advice, what sets them apart is what there is to work with
  const title = advises(action) ? [`${upper(action.objective)}: `, labels[i]] : [labels[i]];
  return element("article", { class: "work" }, dot(segment.colour),
    element("div", {}, element("h3", {}, title), element("p", {}, advises(action) ? "" : mart(`${apart(action)} `), words),
      element("p", {}, "List: ", literally("code", `audiences/${segment.list_file}`),
        shut > 0 && `, without ${number(shut)} who may not be written to`)),
    element("div", { class: "money" }, pays));
}

function toDo() {
  const orders = segments.map((_, i) => order(i)).filter(Boolean);
  if (!orders.length) return;
  const advised = contents.actions.some(advises);
  card("", "todo", "What to do on Monday", advised ? null
    : "Nothing in the data tells what to do; this is what sets each apart, and its list.", orders);
}

/* What a topic of trust_summary asks, in the words of the person next door. */
const ASKED = { separation: "Are the groups real?", stability: "Would the same groups come out again?",
  drift: "Are they still the same customers?", forecast: "Was the forecast right?",
  "response model": "Does picking whom to contact pay?", "data quality": "Was all of the file read?" };
const asked = (topic) => topic === "response model" && OUTCOME ? `Can ${lower(OUTCOME)} be foreseen?`
  : ASKED[topic] || `${upper(topic)}?`;
const VERDICTS = { good: "Yes.", care: "Partly.", poor: "No.", unknown: "Not known." };
const MARKS = { good: "✓", care: "!", poor: "✗", unknown: "?" };

/* The first sentence of each answers; what it rests on stands with the evidence. */
const answer = (sentence) => named(sentence).split(/(?<=[.!?]) (?=[A-Z])/)[0];

function whyBelieve(id = "believe", told_ = named) {
  if (!contents.trust.length) return;
  card("", id, "Why believe it?", null, linesOf(contents.trust.map((row) => [
    element("span", { class: `mark ${row.verdict}`, "aria-hidden": "true" }, MARKS[row.verdict] || "✗"),
    element("span", {}, element("b", {}, asked(row.topic), " ", VERDICTS[row.verdict] || row.verdict, " "),
      told_(row.sentence))]), "trust"));
}

function week() {
  headlines();
  grid.append(drawnInto(element("div", { class: "wide stack" }), () => { who(); toDo(); }),
    drawnInto(element("div", { class: "slim stack" }), () => { whatChanged(); whyBelieve("believe", answer); }));
}
