/* Where the customers of each segment were the time before, and where they are. */
function transitions() {
  const { transitions: moved } = contents;
  if (!moved.length) return;
  const from = [...new Set(moved.map((row) => row.from_segment_key))];
  const to = [...new Set(moved.map((row) => row.to_segment_key))];
  const names = Object.fromEntries(moved.flatMap((row) => [
    [row.from_segment_key, row.from_segment_name], [row.to_segment_key, row.to_segment_name]]));
  card("half", "transitions", "Who moved?",
    `Share of the customers of each row that were in the column's segment on ${day(moved[0].observed_on)}.`,
    scroller("Transitions", tableOf(["From, to", ...to.map((key) => short(names[key] || key, 40))],
      from.map((origin) => [short(names[origin] || origin, 60), to.map((key) => {
        const row = moved.find((one) => one.from_segment_key === origin && one.to_segment_key === key);
        const share = row?.share_of_origin ?? 0;
        return shaded(share, percent(share), row && `${number(row.customers)} customers`);
      })]), "heat")));
}

/* Of those who first bought in a quarter, how many bought again later. */
function cohorts() {
  const rows = contents.cohorts;
  const joined = [...new Set(rows.map((row) => row.joined))];
  if (joined.length < 2) return;
  const most = Math.max(...rows.map((row) => row.later));
  const find = (quarter, later) => rows.find((row) => row.joined === quarter && row.later === later);
  const late = [...Array(most + 1).keys()];
  const quarterOf = (date) => 4 * Number(date.slice(0, 4)) + Math.floor((Number(date.slice(5, 7)) - 1) / 3);
  const after = new Date(Date.parse(contents.version[0].observed_on) + 864e5).toISOString();
  const lastWhole = quarterOf(after) - 1;
  card(late.length > 6 ? "wide" : "half", "cohorts", "Who came when, and stayed?",
    "Of those who first bought in a quarter, the share that bought again so many quarters later.",
    scroller("Bought again by quarter", tableOf(
      ["First bought", "Customers", ...late.slice(1).map((later) => `+${later}`)],
      joined.map((quarter) => {
        const all = find(quarter, 0)?.customers ?? 0;
        return [month(quarter), number(all), late.slice(1).map((later) => {
          const share = (find(quarter, later)?.customers ?? 0) / all;
          // what has not come yet, or not wholly, is no zero
          const open = quarterOf(quarter) + later > lastWhole;
          return open || all < FEW ? element("td", { class: "few" }, open ? "" : "–") : shaded(share, percent(share));
        })];
      }), "heat")));
}

/* Spend of every category by the channel it was bought in. */
function soldWhere() {
  const channels = [...new Set(contents.sold.map((row) => row.channel))];
  const categories = [...new Set(contents.sold.map((row) => row.category))];
  if (channels.length < 2 || categories.length < 2) return;
  const sum = (category, channel) => contents.sold.filter((row) => row.category === category
    && row.channel === channel).reduce((total, row) => total + row.spend, 0);
  const most = Math.max(...categories.flatMap((one) => channels.map((other) => sum(one, other))));
  card(contents.cohorts.some((row) => row.later > 5) ? "slim" : "half", "sold", "What is sold where?", "An estimate: spend of each segment in a category, shared out by its channels.",
    scroller("Spend by category and channel", tableOf(["Category", ...channels], categories.map((category) => [category,
      channels.map((channel) => shaded(sum(category, channel) / most, money(sum(category, channel))))]), "heat")));
}
