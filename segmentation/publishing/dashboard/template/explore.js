/* ---- parts that follow the filters: each draws once and returns its refresh ---- */

function keyFigures() {
  const host = element("div", { class: "cards" });
  grid.append(host);
  const horizon = contents.value[0]?.horizon_days;
  const whole = together(all);
  const among = (figure) => filtered() ? `${figure} among all` : "average of all customers";
  return ({ all: total }) => {
    const figures = [
      ["Customers", number(total.n), `${percent(total.n / drawnFrom())} of ${ofAll()}`],
      has("spend") && ["Total spend", money(total.sums.spend),
        `${money(mean(total, "spend"))} a customer`],
      has("income") && ["Mean income", money(mean(total, "income")),
        among(money(mean(whole, "income")))],
      has("score") && ["Mean spending score", number(mean(total, "score"), 1),
        among(number(mean(whole, "score"), 1))],
      has("response") && [OUTCOME ? upper(OUTCOME) : "Response rate", percent(mean(total, "response"), 1),
        filtered() ? among(percent(mean(whole, "response"), 1)) : OUTCOME ? "of them" : "to the last campaign"],
      has("expected") && ["Expected spend", money(total.sums.expected),
        `${horizon ?? "next"} days, ${money(mean(total, "expected"))} a customer`],
    ].filter(Boolean);
    host.replaceChildren(...figures.map(([label, figure, note]) =>
      element("div", { class: "card" }, element("div", { class: "label" }, label),
        element("div", { class: "figure" }, figure),
        element("div", { class: "label" }, note))));
  };
}

/* Who asks for nobody is told which filter to let go. */
function nobody() {
  const host = element("div", { class: "card nobody", role: "status" });
  grid.append(host);
  return ({ all: total }) => {
    host.hidden = total.n > 0;
    if (host.hidden) return;
    const drop = (words, undo) => element("button", { type: "button", class: "plain",
      onclick: () => { undo(); refresh(); } }, `${words} ✕`);
    host.replaceChildren(called("Nobody matches. Remove: "),
      ...conditions().map((one) => drop(called(one.label), one.drop)));
  };
}

/* The figures that a reader should leave with, of the customers that are shown. */
function inShort() {
  const node = card("short", "short", "In short", null);
  const host = element("ul");
  node.append(host);
  const whole = together(all);
  const most = (shown, figure) => shown.reduce((a, b) => figure(b) > figure(a) ? b : a);
  const name = (i) => `“${short(labels[i], 60)}”`;
  return ({ rows, base: total, shown }) => {
    const said = [];
    if (total.n < FEW) {
      node.hidden = total.n === 0;
      host.replaceChildren(element("li", {}, `${people_(total.n)}: too few to say what is typical.`));
      return;
    }
    if (shown.length && has("spend") && total.sums.spend > 0) {
      const i = most(shown, (one) => rows[one].sums.spend);
      const [size, worth] = [rows[i].n / total.n, rows[i].sums.spend / total.sums.spend];
      const whom = ofDots() || Object.keys(state.chosen).length ? "the customers selected" : "customers";
      said.push(`${name(i)}: ${percent(size)} of ${whom}, ${percent(worth)} of their spend.`);
    }
    const asked = shown.filter((i) => rows[i].known.response);
    if (asked.length) {
      const i = most(asked, (one) => mean(rows[one], "response"));
      const isMost = asked.length > 1;
      said.push((OUTCOME ? `${upper(OUTCOME)} ${isMost ? "is most frequent among" : "among"} ${name(i)}: `
        : `${name(i)} ${isMost ? "answer most often" : "answer"}: `)
        + `${percent(mean(rows[i], "response"), 1)}, all customers ${percent(mean(whole, "response"), 1)}.`);
    }
    node.hidden = !said.length;
    host.replaceChildren(...said.map((words) => element("li", {}, words)));
  };
}


function sizes() {
  const worth = has("spend");
  const node = card("", "sizes", worth ? "How big, how valuable?" : "How big?",
    worth ? "Pale: share of customers. Full: share of spend." : "Share of customers.");
  const host = element("div", { class: "bars" });
  const note = element("p", { class: "note" });
  node.append(host, note);
  return ({ rows, base: total, shown }) => {
    bars(host, shown.map((i) => ({
      label: labels[i], colour: segments[i].colour,
      bars: [
        { share: rows[i].n / total.n, pale: worth,
          text: `${percent(rows[i].n / total.n)} · ${number(rows[i].n)} customers` },
        worth && total.sums.spend > 0 && { share: rows[i].sums.spend / total.sums.spend,
          text: `${percent(rows[i].sums.spend / total.sums.spend)} of spend` },
      ].filter(Boolean),
    })));
    note.textContent = called(worth && shown.length > 1 ? (() => {
      const best = shown.reduce((a, b) =>
        rows[b].sums.spend / rows[b].n > rows[a].sums.spend / rows[a].n ? b : a);
      return `A customer of “${short(labels[best], 60)}” spends `
        + `${money(rows[best].sums.spend / rows[best].n)}; `
        + `the average is ${money(total.sums.spend / total.n)}.`;
    })() : "");
  };
}

function map() {
  const points = contents.points;
  if (!points.places?.pca_1) return null;
  const node = card("wide", "map", "Segment map", null);
  const about = element("p", { class: "about" });
  const canvas = element("canvas", { role: "img" });
  const clear = element("button", { type: "button", class: "plain",
    onclick: () => { state.box = null; refresh(); } }, "Clear the selection");
  node.append(about, legend(segments.map((_, i) => i)), canvas,
    element("div", { class: "row", style: { "margin-top": "8px" } }, element("span"), clear));
  let start = null;
  let drag = null;

  function scales() {
    const xs = points.places.pca_1;
    const ys = points.places.pca_2;
    const edges = [xs, ys].map((values) => {
      const low = values.reduce((a, b) => Math.min(a, b));
      const high = values.reduce((a, b) => Math.max(a, b));
      const room = 0.03 * (high - low || 1);
      return [low - room, high + room];
    });
    const [[x0, x1], [y0, y1]] = edges;
    const width = canvas.clientWidth || 600;
    const height = canvas.clientHeight || 400;
    return { xs, ys, width, height,
      x: (value) => (value - x0) / (x1 - x0) * width,
      y: (value) => height - (value - y0) / (y1 - y0) * height,
      back: (px, py) => [x0 + px / width * (x1 - x0), y0 + (height - py) / height * (y1 - y0)] };
  }

  function draw() {
    const s = scales();
    const ratio = window.devicePixelRatio || 1;
    canvas.width = s.width * ratio;
    canvas.height = s.height * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const lit = s.xs.map((_, i) => chosen(points, i) && passes(points, i));
    for (const front of [false, true]) {
      for (let i = 0; i < s.xs.length; i++) {
        if (lit[i] !== front) continue;
        pen.globalAlpha = front ? 0.75 : 0.12;
        pen.fillStyle = front ? segments[points.by.segment[i]].colour : GREY;
        pen.beginPath();
        pen.arc(s.x(s.xs[i]), s.y(s.ys[i]), 2.6, 0, 7);
        pen.fill();
      }
    }
    name(pen, s, lit);
    const box = drag || (state.box && [s.x(state.box[0]), s.y(state.box[3]),
      s.x(state.box[1]), s.y(state.box[2])]);
    if (box) {
      pen.globalAlpha = 1;
      pen.strokeStyle = getComputedStyle(node).color;
      pen.lineWidth = 1.5;
      pen.setLineDash([5, 3]);
      pen.strokeRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
    }
  }

  /* Names in the middle of their dots, so that colour is not all that tells them apart. */
  function name(pen, s, lit) {
    const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    pen.globalAlpha = 1;
    pen.font = `600 12px ${getComputedStyle(node).fontFamily}`;
    pen.textAlign = "center";
    pen.lineJoin = "round";
    pen.lineWidth = 4;
    const taken = [];
    segments.forEach((_, i) => {
      const mine = s.xs.map((_, j) => j).filter((j) => lit[j] && points.by.segment[j] === i);
      if (mine.length < 5) return;
      const text = short(labels[i], 28);
      const half = pen.measureText(text).width / 2 + 4;
      const x = Math.min(s.width - half, Math.max(half, middle(mine.map((j) => s.x(s.xs[j])))));
      let y = middle(mine.map((j) => s.y(s.ys[j])));
      while (taken.some((one) => Math.abs(one.x - x) < one.half + half && Math.abs(one.y - y) < 16)) y += 16;
      taken.push({ x, y, half });
      const style = getComputedStyle(document.documentElement);
      pen.strokeStyle = style.getPropertyValue("--card");
      pen.fillStyle = style.getPropertyValue("--ink");
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    });
  }

  const at = (event) => {
    const edge = canvas.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    start = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!start) return;
    const [x, y] = at(event);
    drag = [Math.min(start[0], x), Math.min(start[1], y),
      Math.max(start[0], x), Math.max(start[1], y)];
    draw();
  });
  const finish = () => {
    if (!start) return;
    if (drag && drag[2] - drag[0] > 4 && drag[3] - drag[1] > 4) {
      const s = scales();
      const [x0, y1] = s.back(drag[0], drag[1]);
      const [x1, y0] = s.back(drag[2], drag[3]);
      state.box = [x0, x1, y0, y1].map((value) => Math.round(100 * value) / 100);
    } else state.box = null;
    start = drag = null;
    refresh();
  };
  canvas.addEventListener("pointerup", finish);
  canvas.addEventListener("pointercancel", () => { start = drag = null; draw(); });
  new ResizeObserver(draw).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  const customers = together(all).n;
  const some = points.n.length < customers
    ? ` A sample: ${number(points.n.length)} of ${number(customers)} customers; dragging `
      + "gives figures of the sample." : "";
  return () => {
    about.textContent = called("Each dot is a customer; near dots are alike. Drag to select." + some);
    canvas.setAttribute("aria-label", called(`Map of ${number(points.n.length)} customers, coloured `
      + "by segment. The ranges above select customers without a pointer."));
    clear.disabled = !state.box;
    draw();
  };
}

/* Shares of items, a bar for each segment and one for all. */
function mix(role, id, title, about) {
  const items = roles(role);
  const name = `${role}_mix`;
  if (items.length < 2 || !contents.charts[name]) return null;
  const shares = (total, segment) => {
    const sum = items.reduce((a, item) => a + total.sums[item.name], 0);
    return sum > 0 ? items.map((item, i) => ({ segment, item: called(item.label), item_order: i,
      share: total.sums[item.name] / sum })) : [];
  };
  const rows = ({ rows: by, shown }) => [...shown.flatMap((i) => shares(by[i], labels[i])),
    ...shares(together(all), called("All customers"))];
  chart(card("half", id, title, about), name, rows(current()));
  return (now) => update(name, rows(now));
}

function value() {
  if (!has("expected")) return null;
  const [row] = contents.value;
  const node = card("", "value",
    row?.is_estimate ? "What will they be worth?" : "What if they go on as they did?",
    `Expected spend of a customer in the ${row?.horizon_days ?? "next"} days ahead, `
    + "and the segment's share of it.");
  const host = element("div", { class: "bars" });
  node.append(host);
  node.append(element("p", { class: "note" }, row?.is_estimate
    ? `An estimate from each customer's own purchases. ${mart(row.accuracy)}`
    : "Not a forecast: it holds if customers go on buying as they did. The data cannot tell who stops."));
  return ({ rows, base: total, shown }) => bars(host, shown.filter((i) =>
    rows[i].known.expected).map((i) => ({
    label: labels[i], colour: segments[i].colour,
    bars: [{ share: mean(rows[i], "expected"), text: `${money(mean(rows[i], "expected"))}`
      + ` · ${percent(rows[i].sums.expected / total.sums.expected)}` }],
  })));
}

function rfm() {
  const rows = contents.rfm;
  if (!rows.length) return;
  const names = [...new Set(rows.map((row) => row.rfm_segment))];
  const host = scroller("Classes by segment");
  card("", "rfm", "How recent, how often, how much",
    "Share of each segment in each class; strong colour: more (blue) or fewer (orange) "
    + "than among all customers.", host, heatKey());
  followers.push(() => host.replaceChildren(tableOf(
    ["Class", ...chosenSegments().map((i) => short(labels[i], 40))],
    names.map((name) => [name, chosenSegments().map((i) => {
      const row = rows.find((one) => one.rfm_segment === name && one.segment_key === segments[i].segment_key);
      return row ? heatCell(row.share_index, percent(row.segment_share),
        `${people_(row.customers)}, index ${number(row.share_index)}`) : "–";
    })]), "heat")));
}

/* ---- the table and its download --------------------------------------------------- */

function table() {
  const columns = [
    ["Customers", (row) => row.n, number],
    ["Share of customers", (row, total) => row.n / total.n, percent],
    has("spend") && ["Total spend", (row) => row.sums.spend, money],
    has("spend") && ["Share of spend", (row, total) => total.sums.spend ? row.sums.spend / total.sums.spend : null,
      percent],
    has("spend") && ["Spend a customer", (row) => mean(row, "spend"), money],
    has("income") && ["Mean income", (row) => mean(row, "income"), money],
    has("score") && ["Mean score", (row) => mean(row, "score"), number],
    has("response") && [OUTCOME ? upper(OUTCOME) : "Response", (row) => mean(row, "response"), (share) => percent(share, 1)],
    has("expected") && ["Expected spend", (row) => row.sums.expected, money],
  ].filter(Boolean);
  const host = scroller("Figures by segment");
  const node = card("", "table", "Segments in numbers", null, host);
  let lines = [];
  const button = element("button", { type: "button", class: "plain", onclick: () => {
    const text = lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
    const link = element("a", { download: "segments.csv",
      href: URL.createObjectURL(new Blob([text], { type: "text/csv" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  } }, "Download as CSV");
  const heading = node.querySelector("h2");
  const top = element("div", { class: "row", style: { "margin-bottom": "8px" } });
  heading.before(top);
  top.append(heading, button);
  return ({ rows, all: total, base, shown }) => {
    if (state.sort && !columns[state.sort[0]]) state.sort = null;
    lines = [["Key", "Segment", ...columns.map(([name]) => name)],
      ...shown.map((i) => [segments[i].segment_key, segments[i].segment_name,
        ...columns.map(([, figure]) => figure(rows[i], base))])];
    host.replaceChildren(element("table", {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Segment"),
        columns.map(([name], at) => element("th", { scope: "col", "aria-sort": state.sort?.[0] === at
          ? (state.sort[1] < 0 ? "descending" : "ascending") : "none" }, element("button", { type: "button", class: "sorts",
          onclick: () => {
            state.sort = [at, state.sort?.[0] === at ? -state.sort[1] : -1];
            refresh();
            host.querySelectorAll(".sorts")[at].focus();
          } }, name, state.sort?.[0] === at && (state.sort[1] < 0 ? " ▼" : " ▲")))))),
      element("tbody", {}, (state.sort ? [...shown].sort((a, b) => state.sort[1]
        * (columns[state.sort[0]][1](rows[a], base) - columns[state.sort[0]][1](rows[b], base))) : shown).map((i) => element("tr", {},
        element("th", { scope: "row" }, dot(segments[i].colour), short(labels[i], 60)),
        columns.map(([, figure, said]) => element("td", {}, said(figure(rows[i], base)))))),
      element("tr", {}, element("th", { scope: "row" }, filtered() ? "All shown" : "All customers"),
        columns.map(([, figure, said]) => element("td", {}, said(figure(total, base))))))));
  };
}

function cell(value) {
  if (typeof value === "number") return String(value);
  let text = value ?? "";
  // a spreadsheet would take it for a formula
  if (/^[=+\-@\t\r\n]/.test(text)) text = "'" + text;
  return `"${text.replaceAll('"', '""')}"`;
}
