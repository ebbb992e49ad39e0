/* The dashboard's own script: filters, figures and charts from the contents above.
   Text is only ever set as text, so that a name cannot become part of the page. */
(function () {
  "use strict";

  const contents = JSON.parse(document.getElementById("contents").textContent);
  const segments = contents.segments;
  const labels = unambiguous(segments);
  const filters = contents.filters;
  const roles = (role) => contents.measures.filter((row) => row.role === role);
  const has = (name) => contents.measures.some((row) => row.name === name);
  const features = roles("feature");
  const state = { segments: new Set(), chosen: {}, box: null, place: null };
  const all = totals(contents.cube, () => true);
  const views = {};
  const charts = [];
  const GREY = "#7c8894";
  const BLUE = "#3f83c4";
  // hues apart from the segments' own, so that a category is not taken for a segment
  const MIX = ["#4a5f7d", "#8a5a83", "#a85468", "#b9704a", "#8c7a3f", "#3f7f7a",
    "#6b6f9e", "#77828d", "#5f8450", "#94604f"];

  /* ---- words and numbers ------------------------------------------------------ */

  function unambiguous(rows) {
    const names = rows.map((row) => row.segment_name || row.segment_key);
    return names.map((name, i) =>
      names.indexOf(name) === names.lastIndexOf(name)
        ? name : `${name} (${rows[i].segment_key})`);
  }

  function short(text, letters) {
    return text.length > letters ? text.slice(0, letters - 1).trimEnd() + "…" : text;
  }

  function number(value, digits = 0) {
    if (value === null || value === undefined || !isFinite(value)) return "–";
    const compact = Math.abs(value) >= 1e7;
    return new Intl.NumberFormat("en", compact
      ? { notation: "compact", maximumFractionDigits: 1 }
      : { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
  }

  function percent(share, digits) {
    if (share === null || share === undefined || !isFinite(share)) return "–";
    if (share > 0 && share < 0.0005) return "<\u00a00.1\u00a0%";
    const few = digits ?? (share > 0 && share < 0.1 ? 1 : 0);
    return number(100 * share, few) + "\u00a0%";
  }

  /* A figure and its unit stay on one line. */
  const glued = (text) => (text || "").replace(/(\d) %/g, "$1\u00a0%");

  function amount(value, unit) {
    if (unit === "share") return percent(value);
    return number(value, Math.abs(value) < 20 ? 1 : 0);
  }

  function element(tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "class") node.className = value;
      else if (name === "style") {
        for (const [key, said] of Object.entries(value)) node.style.setProperty(key, said);
      } else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined
      && child !== false).map((child) => child instanceof Node ? child : String(child)));
    return node;
  }

  function dot(colour) {
    return element("span", { class: "dot", style: { background: colour },
      "aria-hidden": "true" });
  }

  /* ---- figures: sums over the cells that the filters let through ---------------- */

  function totals(table, passes) {
    const names = contents.measures.map((row) => row.name);
    const made = segments.map(() => ({ n: 0, sums: {}, known: {} }));
    for (const total of made) {
      for (const name of names) total.sums[name] = total.known[name] = 0;
    }
    for (let i = 0; i < table.n.length; i++) {
      if (!passes(table, i)) continue;
      const total = made[table.by.segment[i]];
      total.n += table.n[i];
      for (const name of names) {
        total.sums[name] += table.sums[name][i];
        total.known[name] += table.known[name] ? table.known[name][i] : table.n[i];
      }
    }
    return made;
  }

  function together(rows) {
    const total = { n: 0, sums: {}, known: {} };
    for (const { name } of contents.measures) {
      total.sums[name] = rows.reduce((sum, row) => sum + row.sums[name], 0);
      total.known[name] = rows.reduce((sum, row) => sum + row.known[name], 0);
    }
    total.n = rows.reduce((sum, row) => sum + row.n, 0);
    return total;
  }

  const mean = (total, name) => total.known[name] ? total.sums[name] / total.known[name] : null;

  const chosen = (table, i) => !state.segments.size || state.segments.has(table.by.segment[i]);

  function passes(table, i) {
    for (const { name } of filters) {
      const wanted = state.chosen[name];
      if (wanted !== undefined && table.by[name][i] !== wanted) return false;
    }
    if (state.box && table.places) {
      const x = table.places[state.place + "_1"][i];
      const y = table.places[state.place + "_2"][i];
      if (x < state.box[0] || x > state.box[1] || y < state.box[2] || y > state.box[3]) {
        return false;
      }
    }
    return true;
  }

  const filtered = () => state.segments.size || state.box || Object.keys(state.chosen).length;

  function current() {
    const table = state.box ? contents.points : contents.cube;
    const every = totals(table, passes);
    const rows = totals(table, (...cell) => chosen(...cell) && passes(...cell));
    // shares of a chosen segment are those among all that the other filters let through
    return { rows, all: together(rows), base: together(every),
      shown: segments.map((_, i) => i).filter((i) => rows[i].n > 0) };
  }

  /* What is selected on the map are dots, and those may be a sample. */
  const drawnFrom = () => state.box ? contents.points.n.length : together(all).n;
  const ofAll = () => drawnFrom() < together(all).n ? "the sample" : "all";

  /* ---- the frame ---------------------------------------------------------------- */

  const main = document.getElementById("content");
  let grid = element("div", { class: "grid" });
  main.append(grid);

  function part(title, about) {
    grid.append(element("div", { class: "part" }, element("h2", {}, title),
      about && element("p", { class: "about" }, about)));
  }

  function card(size, id, title, about, ...body) {
    const heading = `h-${id}`;
    const node = element("section", { class: `card ${size}`, id, "aria-labelledby": heading },
      element("h2", { id: heading }, title),
      about && element("p", { class: "about" }, about), ...body);
    grid.append(node);
    return node;
  }

  const fixed = () => element("span", { class: "tag",
    title: "This part is about all customers and does not follow the filters" },
  "all customers");
  const bySegment = () => element("span", { class: "tag",
    title: "This part follows the choice of segments, not the other filters" }, "by segment");
  const wanted = () => segments.map((_, i) => i)
    .filter((i) => !state.segments.size || state.segments.has(i));

  function legend(indices) {
    return element("div", { class: "legend", "aria-hidden": "true" },
      indices.map((i) => element("span", {}, dot(segments[i].colour), short(labels[i], 60))));
  }

  function scroller(name, ...children) {
    return element("div", { class: "scroll", tabindex: "0", role: "region",
      "aria-label": name }, children);
  }

  /* ---- charts ------------------------------------------------------------------- */

  const CONFIG = {
    background: null,
    font: "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif",
    view: { stroke: null },
    axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
      labelPadding: 6, titlePadding: 8, labelLimit: 190, labelColor: GREY,
      titleColor: GREY, ticks: false },
    legend: { labelFontSize: 12, title: null, orient: "top", labelLimit: 170,
      symbolType: "circle", columns: { signal: "width < 360 ? 2 : 5" } },
    text: { fontSize: 12 },
  };

  function chart(host, spec, description, data) {
    const node = element("div", { class: "chart", role: "img", "aria-label": description });
    host.append(node);
    charts.push(async () => {
      const made = await window.vegaEmbed(node, {
        width: "container", autosize: { type: "fit-x", contains: "padding" },
        config: CONFIG, ...spec, data: { name: "rows", values: data },
      }, { actions: false, renderer: "svg", mode: "vega-lite", logLevel: 1 });
      node.setAttribute("role", "figure");
      views[host.id] = views[host.id] || [];
      views[host.id].push(made.view);
    });
    return node;
  }

  function update(id, rows, height) {
    for (const view of views[id] || []) {
      if (height) view.height(height);
      view.data("rows", rows).resize().runAsync();
    }
  }

  /* An axis whose labels take two lines: expressions of Vega that look a label up. */
  function wrapped(names) {
    const lines = names.map((name) => {
      const words = short(name, 44).split(" ");
      if (words.join(" ").length <= 20 || words.length < 2) return [words.join(" ")];
      let cut = 1;
      const off = (at) => Math.abs(words.slice(0, at).join(" ").length - words.slice(at).join(" ").length);
      for (let at = 2; at < words.length; at++) if (off(at) < off(cut)) cut = at;
      return [words.slice(0, cut).join(" "), words.slice(cut).join(" ")];
    });
    const found = `${JSON.stringify(lines)}[indexof(${JSON.stringify(names)}, datum.value)]`;
    return { domain: false, labelLimit: 170, labelExpr: found,
      labelOffset: { condition: { test: `length(${found}) > 1`, value: -6 }, value: 0 } };
  }

  const segmentColour = () => ({ field: "segment", type: "nominal", legend: null,
    scale: { domain: labels, range: segments.map((row) => row.colour) } });

  /* ---- parts that follow the filters: each draws once and returns its refresh ---- */

  function keyFigures() {
    const host = element("div", { class: "cards" });
    grid.append(host);
    const horizon = contents.value[0]?.horizon_days;
    const whole = together(all);
    const among = (figure) => filtered() ? `${figure} among all` : "average of all customers";
    return ({ all: total, shown }) => {
      const figures = [
        ["Customers", number(total.n), `${percent(total.n / drawnFrom())} of ${ofAll()}`],
        has("spend") && ["Total spend", number(total.sums.spend),
          `${number(mean(total, "spend"))} a customer`],
        ["Segments", number(shown.length), `of ${segments.length}`],
        has("income") && ["Mean income", number(mean(total, "income")),
          among(number(mean(whole, "income")))],
        has("score") && ["Mean spending score", number(mean(total, "score"), 1),
          among(number(mean(whole, "score"), 1))],
        has("response") && ["Response rate", percent(mean(total, "response"), 1),
          filtered() ? among(percent(mean(whole, "response"), 1)) : "to the last campaign"],
        has("expected") && ["Expected spend", number(total.sums.expected),
          `${horizon ?? "next"} days, ${number(mean(total, "expected"))} a customer`],
      ].filter(Boolean);
      host.replaceChildren(...figures.map(([label, figure, note]) =>
        element("div", { class: "card" }, element("div", { class: "label" }, label),
          element("div", { class: "figure" }, figure),
          element("div", { class: "label" }, note))));
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
      if (shown.length && has("spend") && total.sums.spend > 0) {
        const i = most(shown, (one) => rows[one].sums.spend);
        const [size, worth] = [rows[i].n / total.n, rows[i].sums.spend / total.sums.spend];
        const whom = state.box || Object.keys(state.chosen).length ? "the customers selected" : "customers";
        said.push(`${name(i)}: ${percent(size)} of ${whom}, ${percent(worth)} of their spend.`);
      }
      const asked = shown.filter((i) => rows[i].known.response);
      if (asked.length) {
        const i = most(asked, (one) => mean(rows[one], "response"));
        said.push(`${name(i)} ${asked.length > 1 ? "answer most often" : "answer"}: `
          + `${percent(mean(rows[i], "response"), 1)}, all customers ${percent(mean(whole, "response"), 1)}.`);
      }
      const [summary] = contents.campaign;
      if (summary && !filtered()) said.push(glued(summary.sentence.split(". ")[0]).replace(/\.?$/, "."));
      const [version] = contents.version;
      if (version?.verdict && !filtered()) said.push(version.verdict.split(" (")[0].replace(/\.?$/, "."));
      node.hidden = !said.length;
      host.replaceChildren(...said.map((words) => element("li", {}, words)));
    };
  }

  function bars(host, rows) {
    // one scale for all bars of a card; room on the right for the figure
    const most = Math.max(...rows.flatMap((row) => row.bars.map((bar) => bar.share)), 1e-9);
    host.replaceChildren(...rows.flatMap((row) => [
      element("div", { class: "who" }, dot(row.colour), short(row.label, 60)),
      element("div", { style: { "--colour": row.colour } }, row.bars.map((bar) =>
        element("div", { class: bar.pale ? "bar pale" : "bar" },
          element("i", { style: { width: `calc((100% - 9.5rem) * ${bar.share / most})` } }),
          element("span", {}, bar.text)))),
    ]));
  }

  function sizes() {
    const worth = has("spend");
    const node = card("", "sizes", worth ? "How big, how valuable?" : "How big?",
      worth ? "Pale: share of customers. Full: share of spend." : "Share of customers.");
    const host = element("div", { class: "bars" });
    const said = element("p", { class: "note" });
    node.append(host, said);
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
      said.textContent = worth && shown.length > 1 ? (() => {
        const best = shown.reduce((a, b) =>
          rows[b].sums.spend / rows[b].n > rows[a].sums.spend / rows[a].n ? b : a);
        return `A customer of “${short(labels[best], 60)}” spends `
          + `${number(rows[best].sums.spend / rows[best].n)}; `
          + `the average is ${number(total.sums.spend / total.n)}.`;
      })() : "";
    };
  }

  function map() {
    const points = contents.points;
    const places = ["pca", "tsne"].filter((name) => points.places?.[name + "_1"]);
    if (!places.length) return null;
    state.place = places[0];
    const node = card("wide", "map", "Segment map", null);
    const about = element("p", { class: "about" });
    const canvas = element("canvas", { role: "img" });
    const clear = element("button", { type: "button", class: "plain",
      onclick: () => { state.box = null; refresh(); } }, "Clear the selection");
    const buttons = element("div", { class: "chips", role: "group",
      "aria-label": "Projection" }, places.map((name) =>
      element("button", { type: "button", "data-place": name, onclick: () => {
        state.place = name; state.box = null; refresh();
      } }, name === "pca" ? "Principal components" : "t-SNE")));
    node.append(about, legend(segments.map((_, i) => i)), canvas,
      element("div", { class: "row", style: { "margin-top": "8px" } },
        places.length > 1 ? buttons : element("span"), clear));
    let start = null;
    let drag = null;

    function scales() {
      const xs = points.places[state.place + "_1"];
      const ys = points.places[state.place + "_2"];
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
        state.box = [x0, x1, y0, y1];
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
      const pca = state.place === "pca";
      const explained = points.explained || [];
      about.textContent = (pca
        ? `Each dot is a customer, on the two directions in which customers differ most (${
          percent(explained[0] + explained[1])} of the variation).`
        : "Each dot is a customer; near dots are alike, distances between groups mean little.")
        + " Drag to select." + some;
      canvas.setAttribute("aria-label", `Map of ${number(points.n.length)} customers, coloured `
        + "by segment. The filters above select the same customers without a pointer.");
      clear.disabled = !state.box;
      for (const button of buttons.children) {
        button.setAttribute("aria-pressed", String(button.dataset.place === state.place));
      }
      draw();
    };
  }

  function people() {
    part("Meet the segments", "What makes each special, how to recognise it and what to do. The sizes follow the "
      + "filters; the rest is about all customers of a segment.");
    const host = element("div", { class: "people" });
    grid.append(host);
    const cards = segments.map((segment, i) => {
      const mine = (rows) => rows.filter((row) => row.segment_key === segment.segment_key);
      const [action] = mine(contents.actions);
      const [rule] = mine(contents.rules);
      const readings = mine(contents.readings);
      const sizes = element("div", { class: "sizes" });
      const button = element("button", { type: "button", class: "plain", "aria-pressed": "false",
        onclick: () => {
          const only = state.segments.size === 1 && state.segments.has(i);
          state.segments = new Set(only ? [] : [i]);
          refresh();
        } }, "Show only this segment");
      const node = element("article", { class: "card person", id: `segment-${i}`,
        style: { "--colour": segment.colour }, "aria-label": labels[i] },
      element("div", {}, element("h3", {}, labels[i]),
        element("p", { class: "label" }, segment.segment_key)),
      element("p", {}, segment.description),
      segment.name_note && element("p", { class: "small" }, segment.name_note),
      sizes,
      readings.length > 0 && element("div", {}, element("div", { class: "small" }, "Special about them"),
        element("ul", {}, readings.map((row) => element("li", {}, glued(row.reading))))),
      action && element("div", { class: "act" },
        element("b", {}, action.objective || "What to do"),
        element("p", {}, action.message_idea ? action.message_idea + "." : null),
        element("p", {}, [action.offer && `Offer: ${lower(action.offer)}.`,
          action.channel && `Channel: ${action.channel}.`,
          action.category && `Category: ${action.category}.`].filter(Boolean).join(" ")),
        action.objective_reason && element("p", { class: "label" }, glued(action.objective_reason))),
      rule && element("div", { class: "rule" }, element("div", { class: "small" }, "How to recognise them"),
        glued(`${rule.rule_text}. ${rule.reading}`)),
      element("footer", {}, button));
      host.append(node);
      return { node, button, sizes };
    });
    return ({ rows, base: total }) => cards.forEach(({ node, button, sizes }, i) => {
      sizes.replaceChildren(...[
        [percent(rows[i].n / total.n), "of customers"],
        total.sums.spend > 0 && [percent(rows[i].sums.spend / total.sums.spend), "of spend"],
        [number(rows[i].n), "customers"],
      ].filter(Boolean).map(([figure, words]) =>
        element("div", {}, element("b", {}, figure), element("span", {}, words))));
      node.classList.toggle("away", rows[i].n === 0);
      button.setAttribute("aria-pressed",
        String(state.segments.size === 1 && state.segments.has(i)));
    });
  }

  const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

  function heatCell(index, text, title) {
    // as strong for half as for twice the average
    const strength = index > 0 ? Math.max(-1, Math.min(1, Math.log2(index / 100) / 1.6)) : -1;
    const colour = strength < 0 ? "--below" : "--above";
    return element("td", { title, style: {
      background: `rgba(var(${colour}), ${(0.72 * Math.abs(strength)).toFixed(2)})` } }, text);
  }

  const heatKey = () => element("div", { class: "key", "aria-hidden": "true" },
    "below average", element("i"), "above average");

  function special() {
    if (!features.length) return null;
    const node = card("wide", "special", "What is special about each?",
      "Mean of the segment as an index: 100 is the average of all customers, 200 twice as much.");
    const host = scroller("Index of each segment by feature");
    node.append(host, heatKey());
    const whole = together(all);
    return ({ rows, shown }) => host.replaceChildren(element("table", { class: "heat" },
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Feature"),
        shown.map((i) => element("th", { scope: "col" }, short(labels[i], 40))))),
      element("tbody", {}, features.map((feature) => {
        const average = mean(whole, feature.name);
        return element("tr", {}, element("th", { scope: "row" }, feature.label), shown.map((i) => {
          const own = mean(rows[i], feature.name);
          if (own === null || !(average > 0)) return element("td", {}, "–");
          const index = 100 * own / average;
          return heatCell(index, number(index), `${labels[i]}, ${feature.label}: `
            + `${amount(own, feature.unit)}; all customers ${amount(average, feature.unit)}`);
        }));
      }))));
  }

  function snake() {
    const drawn = features.filter((row) => row.deviation > 0);
    if (drawn.length < 2) return null;
    const whole = together(all);
    const values = ({ rows, shown }) => shown.flatMap((i) => drawn.map((feature) => ({
      segment: labels[i], feature: feature.label,
      z: mean(rows[i], feature.name) === null ? null
        : (mean(rows[i], feature.name) - mean(whole, feature.name)) / feature.deviation,
    })).filter((row) => row.z !== null));
    // one scale for all filters: a line that moves is a difference, not a new axis
    const far = 1.15 * Math.max(...values(current()).map((row) => Math.abs(row.z)), 1);
    const node = card("slim", "snake", "Side by side",
      "Standard deviations from the mean of all customers (a snake plot).");
    const keys = element("div");
    node.append(keys);
    chart(node, {
      height: 38 * drawn.length + 10,
      encoding: {
        y: { field: "feature", type: "nominal", sort: drawn.map((row) => row.label),
          title: null, axis: { grid: true, labelLimit: 130 } },
        x: { field: "z", type: "quantitative", title: null, axis: { tickCount: 5 },
          scale: { domain: [-far, far], clamp: true } },
        color: segmentColour(),
        order: { field: "rank" },
      },
      transform: [{ calculate: `indexof(${JSON.stringify(drawn.map((row) => row.label))}, datum.feature)`,
        as: "rank" }],
      layer: [
        { mark: { type: "rule", color: GREY, strokeDash: [4, 3], aria: false },
          data: { values: [{}] }, transform: [],
          encoding: { x: { datum: 0 }, y: null, color: null, order: null } },
        { mark: { type: "line", strokeWidth: 2.2 } },
        { mark: { type: "point", filled: true, size: 60, opacity: 1 },
          encoding: { tooltip: [{ field: "segment", title: "Segment" }, { field: "feature", title: "Feature" },
            { field: "z", title: "Deviations", format: "+.2f" }] } },
      ],
    }, "Each segment's means in standard deviations from the mean of all customers; "
      + "the table beside it has the same as an index.", values(current()));
    return (now) => { keys.replaceChildren(legend(now.shown)); update("snake", values(now)); };
  }

  function mix(role, id, title, about, first) {
    const items = roles(role);
    if (items.length < 2) return null;
    const node = card("half", id, title, about);
    const shares = (total, label) => {
      const sum = items.reduce((a, item) => a + total.sums[item.name], 0);
      let to = 0;
      return sum > 0 ? items.map((item) => {
        const share = total.sums[item.name] / sum;
        const from = to;
        to += share;
        return { who: label, item: item.label, share, from, to, middle: (from + to) / 2,
          // only where it fits into its part of the bar
          said: share * (node.clientWidth - 140) >= 32 ? percent(share) : "" };
      }) : [];
    };
    const values = ({ rows, shown }) => [
      ...shown.flatMap((i) => shares(rows[i], labels[i])),
      ...shares(together(all), "All customers")];
    chart(node, {
      height: 38 * (segments.length + 1),
      encoding: {
        y: { field: "who", type: "nominal", title: null, axis: wrapped([...labels, "All customers"]),
          sort: [...labels, "All customers"], scale: { paddingInner: 0.28 } },
      },
      layer: [
        { mark: { type: "bar" }, encoding: {
          x: { field: "from", type: "quantitative", title: null, scale: { domain: [0, 1] },
            axis: { format: ".0%", tickCount: 5 } },
          x2: { field: "to" },
          color: { field: "item", type: "nominal",
            scale: { domain: items.map((item) => item.label),
              range: items.map((_, i) => MIX[(i + first) % MIX.length]) }, legend: { symbolType: "square" } },
          tooltip: [{ field: "who", title: "Segment" }, { field: "item", title: title },
            { field: "share", title: "Share", format: ".1%" }] } },
        { mark: { type: "text", color: "white", fontWeight: 600, fontSize: 11, aria: false },
          encoding: { text: { field: "said" }, x: { field: "middle", type: "quantitative" } } },
      ],
    }, `${title}: share by segment.`, values(current()));
    return (now) => update(id, values(now), 38 * (now.shown.length + 1));
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
      ? `An estimate from each customer's own purchases. ${row.accuracy}`
      : "Not a forecast: it holds if customers go on buying as they did. The data cannot tell who stops."));
    return ({ rows, base: total, shown }) => bars(host, shown.filter((i) =>
      rows[i].known.expected).map((i) => ({
      label: labels[i], colour: segments[i].colour,
      bars: [{ share: mean(rows[i], "expected"), text: `${number(mean(rows[i], "expected"))}`
        + ` · ${percent(rows[i].sums.expected / total.sums.expected)}` }],
    })));
  }

  function wilson(yes, n) {
    const z = 1.959964;
    const middle = (yes + z * z / 2) / (n + z * z);
    const half = z / (n + z * z) * Math.sqrt(yes * (n - yes) / n + z * z / 4);
    return [Math.max(0, middle - half), Math.min(1, middle + half)];
  }

  function response() {
    if (!has("response")) return null;
    const values = ({ rows, shown }) => shown.filter((i) => rows[i].known.response).map((i) => {
      const [low, high] = wilson(rows[i].sums.response, rows[i].known.response);
      return { segment: labels[i], rate: mean(rows[i], "response"), low, high,
        said: percent(mean(rows[i], "response"), 1), n: rows[i].known.response };
    });
    const average = mean(together(all), "response");
    const node = card("half", "response", "Who answered the last campaign?",
      `Share that accepted, with its 95 % interval. Dashed: all customers, ${percent(average, 1)}.`);
    const y = { field: "segment", type: "nominal", title: null, sort: labels,
      axis: wrapped(labels) };
    const height = (shown) => Math.max(46 * shown, contents.gains.length ? 260 : 0);
    chart(node, {
      height: height(segments.length),
      encoding: { y, color: segmentColour() },
      layer: [
        { mark: { type: "rule", color: GREY, strokeDash: [4, 3], aria: false }, data: { values: [{}] },
          encoding: { x: { datum: average }, y: null, color: null } },
        { mark: { type: "rule", strokeWidth: 3, opacity: 0.6 }, encoding: {
          x: { field: "low", type: "quantitative", title: null, scale: { zero: true },
            axis: { format: ".0%", tickCount: 5 } }, x2: { field: "high" } } },
        { mark: { type: "point", filled: true, size: 130, opacity: 1 }, encoding: {
          x: { field: "rate", type: "quantitative" },
          tooltip: [{ field: "segment", title: "Segment" }, { field: "rate", title: "Accepted", format: ".1%" },
            { field: "low", title: "from", format: ".1%" }, { field: "high", title: "to", format: ".1%" },
            { field: "n", title: "Customers", format: "," }] } },
        { name: "said", mark: { type: "text", align: "left", dx: -6, dy: -14, fontWeight: 600, aria: false }, encoding: {
          x: { field: "rate", type: "quantitative" }, text: { field: "said" }, color: null } },
      ],
    }, "Share of each segment that accepted the last campaign, with intervals.", values(current()));
    return (now) => update("response", values(now), height(now.shown.length));
  }

  /* ---- parts about all customers -------------------------------------------------- */

  function campaign() {
    const { gains, profits, plan } = contents;
    const [summary] = contents.campaign;
    if (!gains.length && !profits.length) return;
    if (gains.length) {
      const first = gains[Math.min(1, gains.length - 1)];
      const host = card("half", "gains", "Gains", `The ${percent(first.cumulative_contact_share)} most `
        + `likely to respond hold ${percent(first.cumulative_gain)} of all responses. Dashed: contacting at random.`);
      host.querySelector("h2").append(fixed());
      chart(host, {
        height: 250,
        encoding: { x: { field: "cumulative_contact_share", type: "quantitative",
          title: "Share of customers contacted", axis: { format: ".0%", tickCount: 5 } },
        y: { field: "cumulative_gain", type: "quantitative", title: "Share of responses reached",
          axis: { format: ".0%", tickCount: 5 } } },
        layer: [
          { mark: { type: "line", color: GREY, strokeDash: [4, 3], aria: false },
            data: { values: [{ cumulative_contact_share: 0, cumulative_gain: 0 },
              { cumulative_contact_share: 1, cumulative_gain: 1 }] } },
          { mark: { type: "line", color: BLUE, strokeWidth: 2.5, point: { filled: true, size: 50, color: BLUE } },
            encoding: { tooltip: [{ field: "cumulative_contact_share", title: "Contacted", format: ".0%" },
              { field: "cumulative_gain", title: "Responses", format: ".1%" },
              { field: "cumulative_lift", title: "Lift", format: ".2f" }] } },
        ],
      }, "Share of responses reached by share of customers contacted.",
      [{ cumulative_contact_share: 0, cumulative_gain: 0 }, ...gains]);
    }
    if (summary || plan.length) {
      const node = card(profits.length ? "half" : "", "campaign", "Whom to contact next", null,
        summary && element("p", { class: "verdict" }, summary.sentence));
      const heading = node.querySelector("h2");
      heading.append(plan.length ? bySegment() : fixed());
      if (plan.length) {
        const host = scroller("Plan by segment");
        node.append(host);
        const line = (title, row) => element("tr", {}, element("th", { scope: "row" }, title),
          ["contacts", "held_out", "expected_responses", "expected_profit"].map((column) =>
            element("td", {}, number(row(column)))));
        followers.push(() => {
          const keys = wanted().map((i) => segments[i].segment_key);
          const rows = plan.filter((row) => keys.includes(row.segment_key));
          host.replaceChildren(element("table", {},
            element("thead", {}, element("tr", {}, ["Segment", "To contact", "Held out",
              "Expected responses", "Expected profit"].map((word) => element("th", { scope: "col" }, word)))),
            element("tbody", {},
              rows.map((row) => line(nameOf(row.segment_key), (column) => row[column])),
              line(keys.length < segments.length ? "All shown" : "All", (column) =>
                rows.reduce((sum, row) => sum + row[column], 0)))));
        });
      }
    }
    if (profits.length) {
      const best = profits.find((row) => row.is_cut_off);
      const host = card("half", "profit", "Profit", best
        ? `At the cut-off, ${percent(best.contacted_share)} contacted: ${number(best.profit)} (${number(best.lower)} to `
          + `${number(best.upper)}), out of fold.` : "Out of fold, by share of customers contacted.");
      host.querySelector("h2").append(fixed());
      chart(host, {
        height: 310,
        encoding: { x: { field: "contacted_share", type: "quantitative",
          title: "Share of customers contacted", axis: { format: ".0%", tickCount: 5 } } },
        layer: [
          { mark: { type: "area", color: BLUE, opacity: 0.2, aria: false }, encoding: {
            y: { field: "lower", type: "quantitative", title: "Profit" }, y2: { field: "upper" } } },
          { mark: { type: "rule", color: GREY, aria: false }, data: { values: [{}] },
            encoding: { y: { datum: 0 }, x: null } },
          { mark: { type: "line", color: BLUE, strokeWidth: 2.5 }, encoding: {
            y: { field: "profit", type: "quantitative" } } },
          { transform: [{ filter: "datum.is_cut_off" }],
            mark: { type: "point", filled: true, size: 130, color: "#d55e00", opacity: 1 },
            encoding: { y: { field: "profit", type: "quantitative" },
              tooltip: [{ field: "contacted", title: "Contacts", format: "," },
                { field: "profit", title: "Profit", format: ",.0f" }] } },
        ],
      }, best ? `Profit by share contacted; at the cut-off, ${percent(best.contacted_share)}, it is `
        + `${number(best.profit)}.` : "Profit by share contacted.", profits);
    }
  }

  const nameOf = (key) => {
    const i = segments.findIndex((row) => row.segment_key === key);
    return i < 0 ? key : labels[i];
  };

  function evidence() {
    const rows = contents.evaluation;
    const [version] = contents.version;
    if (!rows.length) return;
    part("Can I trust the segments?", null);
    const node = card("", "evidence", `Why ${version?.k ?? segments.length} segments?`, null,
      version?.verdict && element("p", { class: "verdict" }, version.verdict),
      version?.k_reason && element("p", {}, version.k_reason));
    node.querySelector("h2").append(fixed());
    const pair = element("div", { class: "grid", style: { "margin-top": "12px" } });
    node.append(pair);
    const outer = grid;
    grid = pair;
    for (const [id, title, field, low] of [
      ["stability", "Stable? Agreement when customers are drawn again (1: the same)",
        "stability_mean", null],
      ["silhouette", "Separated? Silhouette; dashed: every feature shuffled",
        "silhouette", "permuted_silhouette"],
    ]) {
      if (rows.every((row) => row[field] === null)) continue;
      const host = element("div", { class: "half", id: `evidence-${id}` },
        element("p", { class: "small" }, title));
      grid.append(host);
      const y = { type: "quantitative", title: null, scale: { domain: field === "stability_mean" ? [0, 1] : undefined, nice: true }, axis: { tickCount: 4 } };
      chart(host, {
        height: 190,
        encoding: { x: { field: "k", type: "ordinal", title: "Number of segments", axis: { labelAngle: 0 } } },
        layer: [
          low && { mark: { type: "line", color: GREY, strokeDash: [4, 3], aria: false },
            encoding: { y: { ...y, field: low } } },
          { mark: { type: "line", color: BLUE, strokeWidth: 2.5, aria: false }, encoding: { y: { ...y, field } } },
          { mark: { type: "point", filled: true, opacity: 1 }, encoding: { y: { ...y, field },
            color: { condition: { test: "datum.is_chosen", value: "#d55e00" }, value: BLUE },
            size: { condition: { test: "datum.is_chosen", value: 150 }, value: 50 },
            tooltip: [{ field: "k", title: "Segments" }, { field, title: id, format: ".3f" },
              { field: "smallest_share", title: "Smallest segment", format: ".1%" }] } },
        ].filter(Boolean),
      }, title, rows);
    }
    grid = outer;
    node.append(element("p", { class: "note" }, "The orange dot is the number in use."));
    if (contents.stability.length) {
      node.append(element("p", { class: "small steady" }, "Each segment, when customers are drawn again (1: the same)"),
        element("div", { class: "legend" }, contents.stability.map((row) => {
          const i = segments.findIndex((one) => one.segment_key === row.segment_key);
          return element("span", {}, dot(segments[i].colour),
            `${short(labels[i], 60)}: ${row.stability}, ${number(row.jaccard_mean, 2)}`);
        })));
    }
  }

  function history() {
    const { sizes: past, transitions } = contents;
    if (past.length) {
      const node = card(transitions.length ? "half" : "", "history", "How have they grown?",
        "Share of customers by day of the data.");
      node.querySelector("h2").append(fixed());
      node.append(legend(segments.map((_, i) => i)));
      chart(node, {
        height: 230,
        transform: [{ calculate: "datum.known", as: "segment" }],
        encoding: { x: { field: "observed_on", type: "temporal", title: null, axis: { tickCount: 5 } },
          y: { field: "customer_share", type: "quantitative", title: null, axis: { format: ".0%", tickCount: 4 } },
          color: segmentColour(), detail: { field: "segment_key" } },
        layer: [{ mark: { type: "line", strokeWidth: 2.2 } }, { mark: { type: "point", filled: true, size: 45 },
          encoding: { tooltip: [{ field: "segment_name", title: "Segment" },
            { field: "observed_on", type: "temporal", title: "Day" },
            { field: "customers", title: "Customers", format: "," }] } }],
      }, "Share of customers of each segment by day.",
      past.map((row) => ({ ...row, known: nameOf(row.segment_key) })));
    }
    if (transitions.length) {
      const from = [...new Set(transitions.map((row) => row.from_segment_key))];
      const to = [...new Set(transitions.map((row) => row.to_segment_key))];
      const names = Object.fromEntries(transitions.flatMap((row) => [
        [row.from_segment_key, row.from_segment_name], [row.to_segment_key, row.to_segment_name]]));
      const node = card(past.length ? "half" : "", "transitions", "Who moved?",
        `Share of the customers of each row that were in the column's segment on ${transitions[0].observed_on}.`,
        scroller("Transitions", element("table", { class: "heat" },
          element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "From, to"),
            to.map((key) => element("th", { scope: "col" }, short(names[key] || key, 40))))),
          element("tbody", {}, from.map((origin) => element("tr", {},
            element("th", { scope: "row" }, short(names[origin] || origin, 60)),
            to.map((key) => {
              const row = transitions.find((one) =>
                one.from_segment_key === origin && one.to_segment_key === key);
              const share = row?.share_of_origin ?? 0;
              return element("td", { title: row && `${number(row.customers)} customers`, style: {
                background: `rgba(var(--above), ${(0.6 * share).toFixed(2)})` } }, percent(share));
            })))))));
      node.querySelector("h2").append(fixed());
    }
  }

  function rfm() {
    const rows = contents.rfm;
    if (!rows.length) return;
    const names = [...new Set(rows.map((row) => row.rfm_segment))];
    const host = scroller("RFM classes by segment");
    const node = card("", "rfm", "Recency, frequency and money",
      "Share of each segment in each class of the RFM table; strong colour: more (blue) or fewer (orange) "
      + "than among all customers.", host, heatKey());
    node.querySelector("h2").append(bySegment());
    followers.push(() => host.replaceChildren(element("table", { class: "heat" },
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "RFM class"),
        wanted().map((i) => element("th", { scope: "col" }, short(labels[i], 40))))),
      element("tbody", {}, names.map((name) => element("tr", {}, element("th", { scope: "row" }, name),
        wanted().map((i) => {
          const row = rows.find((one) => one.rfm_segment === name
            && one.segment_key === segments[i].segment_key);
          return row ? heatCell(row.share_index, percent(row.segment_share),
            `${number(row.customers)} customers, index ${number(row.share_index)}`) : element("td", {}, "–");
        })))))));
  }

  function quality() {
    const rows = contents.quality;
    if (!rows.length) return;
    const node = card("", "quality", "How good are the data?",
      "What was read and what was noticed; nothing is dropped unseen. Checks that found nothing are left out.",
      scroller("Data quality", element("table", {},
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Check"),
          element("th", { scope: "col" }, "Rows"), element("th", { scope: "col" }, "Share"),
          element("th", { scope: "col", class: "text" }, "Meaning"))),
        element("tbody", {}, rows.map((row) => element("tr", {},
          element("th", { scope: "row" }, (row.check_name.startsWith("rows ") ? "" : row.outcome + ": ")
            + row.check_name.replace(/^is_|^has_/, "").replaceAll("_", " ")),
          element("td", {}, number(row.rows_found)), element("td", {}, percent(row.row_share)),
          element("td", { class: "text" }, row.reading)))))));
    node.querySelector("h2").append(fixed());
  }

  /* ---- the table and its download --------------------------------------------------- */

  function table() {
    const columns = [
      ["Customers", (row) => row.n, number],
      ["Share of customers", (row, total) => row.n / total.n, percent],
      has("spend") && ["Total spend", (row) => row.sums.spend, number],
      has("spend") && ["Share of spend", (row, total) => total.sums.spend ? row.sums.spend / total.sums.spend : null,
        percent],
      has("spend") && ["Spend a customer", (row) => mean(row, "spend"), number],
      has("income") && ["Mean income", (row) => mean(row, "income"), number],
      has("score") && ["Mean score", (row) => mean(row, "score"), number],
      has("response") && ["Response", (row) => mean(row, "response"), (share) => percent(share, 1)],
      has("expected") && ["Expected spend", (row) => row.sums.expected, number],
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
      lines = [["Key", "Segment", ...columns.map(([name]) => name)],
        ...shown.map((i) => [segments[i].segment_key, segments[i].segment_name,
          ...columns.map(([, figure]) => figure(rows[i], base))])];
      host.replaceChildren(element("table", {},
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Segment"),
          columns.map(([name]) => element("th", { scope: "col" }, name)))),
        element("tbody", {}, shown.map((i) => element("tr", {},
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
    const printed = element("p", { class: "printed" });
    const reset = element("button", { type: "button", class: "plain", onclick: () => {
      state.segments.clear(); state.chosen = {}; state.box = null; refresh();
    } }, "Clear all");
    form.append(element("div", { class: "inner" },
      element("div", { class: "picks" },
        element("div", { class: "chips", role: "group", "aria-label": "Segments" }, chips),
        element("div", { class: "end" }, shown, reset)),
      element("div", { class: "picks" }, filters.map((filter, i) => element("label", { class: "pick" },
        element("span", {}, filter.label), selects[i]))), printed));
    return ({ all: total }) => {
      chips.forEach((chip, i) => chip.setAttribute("aria-pressed", String(state.segments.has(i))));
      selects.forEach((select, i) => { select.value = state.chosen[filters[i].name] ?? ""; });
      shown.textContent = `${number(total.n)} of ${number(drawnFrom())} `
        + (ofAll() === "all" ? "customers" : "sampled customers");
      printed.textContent = filters.filter(({ name }) => state.chosen[name] !== undefined)
        .map(({ name, label, values }) => `${label}: ${values[state.chosen[name]]}`).join(" · ");
      reset.disabled = !filtered();
    };
  }

  function writeAddress() {
    const words = new URLSearchParams();
    if (state.segments.size) {
      words.set("segment", [...state.segments].sort().map((i) => segments[i].segment_key).join(","));
    }
    for (const { name, values } of filters) {
      if (state.chosen[name] !== undefined) words.set(name, values[state.chosen[name]]);
    }
    const hash = words.toString();
    if (hash !== location.hash.slice(1)) {
      window.history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
    }
  }

  function readAddress() {
    const words = new URLSearchParams(location.hash.slice(1));
    const wanted = (words.get("segment") || "").split(",");
    state.segments = new Set(segments.map((_, i) => i)
      .filter((i) => wanted.includes(segments[i].segment_key)));
    state.chosen = {};
    for (const { name, values } of filters) {
      const i = values.indexOf(words.get(name));
      if (i >= 0) state.chosen[name] = i;
    }
  }

  /* ---- the whole ---------------------------------------------------------------------- */

  const followers = [];
  let told = null;
  let rounds = 0;

  function refresh() {
    rounds += 1;
    const now = current();
    for (const follow of followers) follow(now);
    writeAddress();
    const spoken = `${number(now.all.n)} customers shown`;
    if (told !== null && told !== spoken) document.getElementById("spoken").textContent = spoken;
    told = spoken;
  }

  function start() {
    const [version] = contents.version;
    const customers = together(all).n;
    document.getElementById("subtitle").textContent = `${number(customers)} customers in `
      + `${segments.length} segments` + (version ? `, as of ${version.observed_on}` : "") + ". Choose a "
      + "segment or a filter, or drag on the map; the figures follow. Works without a network.";
    document.getElementById("footer").textContent = (version
      ? `Input ${version.input_name}, data as of ${version.observed_on}, model version ${version.model_version}`
        + (version.fitted_on === version.observed_on ? ". " : `, fitted to the data of ${version.fitted_on}. `)
      : "") + "Drawn from the tables of the schema marts; holds no customer identifiers. "
      + "Parts marked “all customers” do not follow the filters, those marked “by segment” only the "
      + "choice of segments.";
    readAddress();
    const add = (follow) => { if (follow) followers.push(follow); };
    add(controls());
    add(keyFigures());
    add(inShort());
    add(map());
    const column = element("div", { class: "slim stack" });
    const outer = grid;
    grid.append(column);
    grid = column;
    add(sizes());
    add(value());
    grid = outer;
    add(people());
    part("What sets them apart", null);
    add(special());
    add(snake());
    add(mix("category", "categories", "What do they buy?", "Share of spend by category.", 0));
    add(mix("channel", "channels", "Where do they buy?", "Share of purchases by channel.", 5));
    add(table());
    if (has("response") || contents.gains.length || contents.profits.length) {
      part("Campaigns", null);
    }
    add(response());
    campaign();
    evidence();
    history();
    rfm();
    quality();
    refresh();
    window.addEventListener("hashchange", () => { readAddress(); state.box = null; refresh(); });
    Promise.all(charts.map((draw) => draw())).then(() => {
      if (rounds > 1 || filtered()) refresh();  // charts came after a filter
      document.documentElement.dataset.ready = String(Math.round(performance.now()));
    });
  }

  start();
}());
