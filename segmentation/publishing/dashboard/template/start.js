/* The views, the address that names what is seen, and the first drawing. */

const followers = [];
let announced = null;

// what a view is called, whether there is anything to show, and what draws it
const VIEWS = [
  ["week", "This week", () => true, () => { week(); charted("week"); }],
  ["segments", "Segments", () => true, () => segmentsView()],
  ["explore", "Explore", () => true, () => explore()],
  ["campaign", "Campaign", () => has("response") || contents.charts.campaign_profit || contents.charts.campaign_gain,
    () => { response(); campaign(); charted("campaign"); }],
  ["time", "Over time", () => days.length > 1 || contents.charts.spend_by_month,
    () => overTime()],
  ["evidence", "Evidence", () => contents.charts.segments_separation || contents.trust.length, () => { evidence(); charted("evidence"); }],
].filter(([, , exists]) => exists());

const follow = (refreshed) => { if (refreshed) followers.push(refreshed); };

function segmentsView() {
  const one = element("div", { class: "grid" });
  const cards = drawnInto(element("div", { class: "grid" }), () => follow(people()));
  grid.replaceWith(element("div", { "data-view": "segments", hidden: true }, cards, one));
  const draw = portrait(one);
  follow(() => {
    cards.hidden = state.portrait !== null;
    one.hidden = state.portrait === null;
    draw();
  });
}

function explore() {
  for (const part of [keyFigures, nobody, inShort, audience, map]) follow(part());
  grid.append(drawnInto(element("div", { class: "slim stack" }), () => {
    for (const part of [sizes, value]) follow(part());
  }));
  follow(special());
  follow(mix("category", "categories", "What do they buy?", "Share of spend by category."));
  follow(mix("channel", "channels", "Where do they buy?", "Share of purchases by channel."));
  follow(table());
  rfm();
  charted("explore");
}

const undrawn = {};

/* A chart needs the width of its place, so it is drawn when its view is first seen. */
async function drawCharts(name) {
  const waiting = undrawn[name] || [];
  undrawn[name] = [];
  await Promise.all(waiting.map((draw) => draw()));
  if (waiting.length) refresh();
}

async function show() {
  for (const node of main.querySelectorAll("[data-view]")) node.hidden = node.dataset.view !== state.view;
  document.getElementById("filters").hidden = !filtering();
  for (const node of document.querySelectorAll("[data-only]")) node.hidden = node.dataset.only !== state.view;
  for (const item of document.querySelectorAll("nav a")) {
    const here = item.dataset.to === state.view;
    item.classList.toggle("on", here);
    if (here) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
  refresh();
  await drawCharts(state.view);
}

function go(view, portraitOf = null) {
  state.view = view;
  state.portrait = portraitOf;
  writeAddress();
  window.scrollTo(0, 0);
  return show();
}

function refresh() {
  const now = current();
  writeAddress();  // first: the link of an own list is the address
  for (const each of followers) each(now);
  const spoken = exploring() ? `${number(now.all.n)} customers shown` : state.view === "time" ? shownOverTime() : "";
  if (announced !== null && announced !== spoken) document.getElementById("spoken").textContent = called(spoken);
  announced = spoken;
  // what no word of the language is known for
  if (untold.size) document.documentElement.dataset.untold = [...untold].join("\n");
}

function start() {
  const [version] = contents.version;
  const title = version ? upper(version.input_name.replaceAll("_", " ")) : called("Customer segments");
  document.title = `${title}: ${called("customer segments")}`;
  document.getElementById("title").textContent = title;
  // an input that knows no day has that of the clock's beginning
  const asOf = version && version.observed_on > "1970-01-01" ? day(version.observed_on) : null;
  document.getElementById("subtitle").textContent = [
    asOf && `as of ${asOf}`, before && `compared with ${day(before)}`,
  ].filter(Boolean).map(called).join(" · ");
  document.documentElement.lang = LANGUAGE;
  const skip = document.querySelector(".skip");
  skip.textContent = called(skip.textContent);
  for (const id of ["views", "filters"]) {
    const node = document.getElementById(id);
    node.setAttribute("aria-label", called(node.getAttribute("aria-label")));
  }
  document.getElementById("footer").append(...[
    version && `Input ${version.input_name}, ${asOf ? `data as of ${asOf}, ` : ""}version ${version.model_version} of the segments`
      + (version.fitted_on === version.observed_on ? "." : `, made of the data of ${day(version.fitted_on)}.`),
    "Works without a network and holds no customer identifiers; docs.html describes every table.",
  ].filter(Boolean).map((words) => `${called(words)} `));
  document.getElementById("views").append(...VIEWS.map(([name, words]) => element("a", {
    href: `#view=${name}`, "data-to": name,
    onclick: (event) => { event.preventDefault(); go(name); },
  }, words)));
  readAddress();
  controls();
  for (const [name, , , draw] of VIEWS) {
    grid = element("div", { class: "grid", "data-view": name, hidden: true });
    main.append(grid);
    charts = undrawn[name] = [];
    draw();
  }
  window.addEventListener("popstate", () => { readAddress(); show(); });
  show().then(() => {
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
    return new Promise((done) => window.requestIdleCallback(done)).then(drawPictures);
  }).then(() => {
    document.documentElement.dataset.printable = "true";
  });
}

start();
