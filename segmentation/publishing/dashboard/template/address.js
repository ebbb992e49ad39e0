/* ---- filters and the address ------------------------------------------------------- */

/* A choice with its label; the first option, "", lets everything through. */
function pick(name, label, options, read, write) {
  const select = element("select", { name, onchange: () => { write(select.value); refresh(); } },
    options.map(([value, words]) => element("option", { value }, short(words, 40))));
  follow(() => { select.value = read() ?? ""; });
  return element("label", { class: "pick" }, element("span", {}, label), select);
}

function groupPicks() {
  return filters.map(({ name, label, values }) => {
    const seen = new Set(contents.cube.by[name]);
    // what is gathered, or not known, stands last
    const options = [...values.keys()].filter((i) => seen.has(i)).sort((a, b) => (a === 0) - (b === 0));
    const node = pick(name, label, [["", "All"], ...options.map((i) => [String(i), values[i]])],
      () => state.chosen[name], (value) => {
        if (value === "") delete state.chosen[name];
        else state.chosen[name] = Number(value);
      });
    if (!contents.orders.by?.[name]) node.dataset.only = "explore";
    return node;
  });
}

function controls() {
  const form = document.getElementById("filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  const chips = segments.map((segment, i) => element("button", { type: "button", title: labels[i],
    onclick: () => {
      if (!state.segments.delete(i)) state.segments.add(i);
      refresh();
    } }, dot(segment.colour), short(labels[i], 34)));
  const shown = element("span", { id: "shown" });
  const limits = element("div", { class: "chips" });
  const reset = element("button", { type: "button", class: "plain", onclick: () => {
    Object.assign(state, { segments: new Set(), chosen: {}, ranges: {}, box: null, when: {} });
    refresh();
  } }, "Clear all");
  form.append(element("div", { class: "inner" },
    element("div", { class: "picks" },
      element("div", { class: "chips", role: "group", "aria-label": "Segments" }, chips),
      element("div", { class: "end" }, shown, reset)),
    element("div", { class: "picks" }, timePicks(), groupPicks(), rangePicker(), limits)));
  follow((now) => {
    chips.forEach((chip, i) => chip.setAttribute("aria-pressed", String(state.segments.has(i))));
    const made = conditions();
    limits.replaceChildren(...made.filter((one) => one.isLimit).map(({ words, drop }) => letGo(words, `${words} ✕`, drop)));
    shown.textContent = called(shownIn(now));
    reset.disabled = !made.length;
  });
}

/* How much the filters let through. */
function shownIn({ all: total }) {
  if (state.view === "time") return shownOverTime();
  return `${number(total.n)} of ${number(drawnFrom())} ${ofAll() === "all" ? "customers" : "sampled customers"}`;
}

const keysOf = (indices) => [...indices].sort((a, b) => a - b).map((i) => segments[i].segment_key).join(",");

function writeAddress() {
  const alone = state.view === "segments" && state.portrait !== null;
  const { view, when, box, sort } = state;
  const said = {
    segment: alone ? keysOf([state.portrait]) : filtering() && keysOf(state.segments),
    with: state.portrait !== null && state.compared !== null && keysOf([state.compared]),
    ...(filtering() && Object.fromEntries(filters.map(({ name, values }) => [name, values[state.chosen[name]]]))),
    ...(exploring() && Object.fromEntries(Object.entries(state.ranges).map(([name, range]) =>
      [`range.${columnOf(name)}`, range.map((end) => end ?? "").join("..")]))),
    ...(exploring() && { box: box?.join(","), sort: sort?.join(",") }),
    ...(view === "time" && when),
  };
  const words = Object.entries(said).filter(([, value]) => value);
  const hash = new URLSearchParams(alone || view === "week" ? words : [["view", view], ...words]).toString();
  if (hash !== location.hash.slice(1)) {
    const known = document.documentElement.dataset.ready;  // the first address is no step to go back to
    window.history[known ? "pushState" : "replaceState"](null, "",
      hash ? "#" + hash : location.pathname + location.search);
  }
}

function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  const numbers = (name) => words.has(name) ? words.get(name).split(",").map(Number) : [NaN];
  const found = (words.get("segment") || "").split(",").map(indexOf).filter((i) => i >= 0);
  const asked = words.get("view");
  const alone = found.length === 1 && [...words.keys()].every((key) => ["segment", "with"].includes(key));
  const other = indexOf(words.get("with"));
  const guessed = alone ? "segments" : words.size && !asked ? "explore" : asked;
  const [box, sort] = [numbers("box"), numbers("sort")];
  const ends = (name) => (words.get(`range.${columnOf(name)}`) || "").split("..").map((end) => end === "" ? null : Number(end));
  Object.assign(state, {
    compared: other < 0 ? null : other,
    view: VIEWS.some(([name]) => name === guessed) ? guessed : "week",
    portrait: alone ? found[0] : null,
    segments: new Set(alone ? [] : found),
    box: box.length === 4 && box.every(isFinite) && contents.points.pca_1 ? box : null,
    sort: sort.length === 2 && sort.every(isFinite) ? sort : null,
    chosen: Object.fromEntries(filters.map(({ name, values }) => [name, values.indexOf(words.get(name))]).filter(([, i]) => i >= 0)),
    ranges: Object.fromEntries(ranged.map(({ name }) => [name, ends(name)])
      .filter(([, range]) => range.length === 2 && range.some((end) => end !== null) && !range.some(Number.isNaN))),
    when: Object.fromEntries(Object.keys(TIMED).map((name) => [name, words.get(name)])
      .filter(([name, value]) => TIMED[name].includes(value))),
  });
}
