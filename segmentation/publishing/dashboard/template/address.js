/* ---- filters and the address ------------------------------------------------------- */

function controls() {
  const form = document.getElementById("filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  const chips = segments.map((segment, i) => element("button", { type: "button", title: labels[i],
    onclick: () => {
      if (!state.segments.delete(i)) state.segments.add(i);
      refresh();
    } }, dot(segment.colour), short(labels[i], 34)));
  const selects = filters.map((filter) => {
    const seen = new Set(contents.cube.by[filter.name]);
    const select = element("select", { name: filter.name, onchange: () => {
      if (select.value === "") delete state.chosen[filter.name];
      else state.chosen[filter.name] = Number(select.value);
      refresh();
    } }, element("option", { value: "" }, "All"), filter.values.map((said, i) => [said, i])
      .sort((a, b) => (a[1] === 0) - (b[1] === 0)).filter(([, i]) => seen.has(i))
      .map(([said, i]) => element("option", { value: String(i) }, short(said, 40))));
    return select;
  });
  const shown = element("span", { id: "shown" });
  const limits = element("div", { class: "chips" });
  const reset = element("button", { type: "button", class: "plain", onclick: () => {
    state.segments.clear(); state.chosen = {}; state.ranges = {}; state.box = null; refresh();
  } }, "Clear all");
  form.append(element("div", { class: "inner" },
    element("div", { class: "picks" },
      element("div", { class: "chips", role: "group", "aria-label": "Segments" }, chips),
      element("div", { class: "end" }, shown, reset)),
    element("div", { class: "picks" }, filters.map((filter, i) => element("label", { class: "pick" },
      element("span", {}, filter.label), selects[i])), rangePicker(), limits)));
  return ({ all: total }) => {
    chips.forEach((chip, i) => chip.setAttribute("aria-pressed", String(state.segments.has(i))));
    selects.forEach((select, i) => { select.value = state.chosen[filters[i].name] ?? ""; });
    limits.replaceChildren(...conditions().filter(({ label }) => ranged.some((one) => one.label === label)
      || label === "Selection on the map").map(({ words, drop }) => element("button", { type: "button",
      "aria-label": `Remove: ${words}`, onclick: () => { drop(); refresh(); } }, literally("span", `${words} ✕`))));
    shown.textContent = called(`${number(total.n)} of ${number(drawnFrom())} `
      + (ofAll() === "all" ? "customers" : "sampled customers"));
    reset.disabled = !filtered();
  };
}

function writeAddress() {
  const words = new URLSearchParams();
  if (state.view === "segments" && state.portrait !== null) {
    words.set("segment", segments[state.portrait].segment_key);
  } else if (state.view !== "week") words.set("view", state.view);
  if (exploring() && state.segments.size) {
    words.set("segment", [...state.segments].sort().map((i) => segments[i].segment_key).join(","));
  }
  for (const { name, values } of filters) {
    if (exploring() && state.chosen[name] !== undefined) words.set(name, values[state.chosen[name]]);
  }
  if (exploring()) {
    for (const [name, range] of Object.entries(state.ranges)) words.set(`range.${columnOf(name)}`, range.map((end) => end ?? "").join(".."));
    if (state.box) words.set("box", state.box.join(","));
    if (state.sort) words.set("sort", state.sort.join(","));
  }
  if (state.portrait !== null && state.compared !== null) words.set("with", segments[state.compared].segment_key);
  const hash = words.toString();
  if (hash !== location.hash.slice(1)) {
    const known = document.documentElement.dataset.ready;  // the first address is no step to go back to
    window.history[known ? "pushState" : "replaceState"](null, "",
      hash ? "#" + hash : location.pathname + location.search);
  }
}

function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  const wanted = (words.get("segment") || "").split(",");
  const found = segments.map((_, i) => i).filter((i) => wanted.includes(segments[i].segment_key));
  const asked = words.get("view");
  const alone = found.length === 1 && [...words.keys()].every((key) => ["segment", "with"].includes(key));
  const other = segments.findIndex((row) => row.segment_key === words.get("with"));
  state.compared = other < 0 ? null : other;
  const guessed = alone ? "segments" : words.size && !asked ? "explore" : asked;
  state.view = VIEWS.some(([name]) => name === guessed) ? guessed : "week";
  state.portrait = alone ? found[0] : null;
  state.segments = new Set(alone ? [] : found);
  state.chosen = {};
  state.ranges = {};
  for (const { name } of ranged) {
    const ends = words.get(`range.${columnOf(name)}`)?.split("..").map((end) => end === "" ? null : Number(end));
    if (ends?.length === 2 && ends.some((end) => end !== null) && !ends.some(Number.isNaN)) state.ranges[name] = ends;
  }
  const box = (words.get("box") || "").split(",").map(Number);
  state.box = box.length === 4 && box.every(isFinite) && contents.points.places ? box : null;
  const [column, direction] = (words.get("sort") || "").split(",").map(Number);
  state.sort = words.has("sort") && isFinite(column) && isFinite(direction) ? [column, direction] : null;
  for (const { name, values } of filters) {
    const i = values.indexOf(words.get(name));
    if (i >= 0) state.chosen[name] = i;
  }
}
