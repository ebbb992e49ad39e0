const contents = JSON.parse(document.getElementById("contents").textContent);

/* ---- words, numbers and money: the only place that knows a language ------------ */

const wording = contents.wording;
const LANGUAGE = wording.language;
const English = LANGUAGE.startsWith("en");

const formats = {};
function formatted(value, settings) {
  const key = JSON.stringify(settings);
  // what rounds to nothing is not below it
  formats[key] = formats[key] || new Intl.NumberFormat(LANGUAGE, { signDisplay: "negative", ...settings });
  return formats[key].format(value).replace(/^-/, "\u2212");
}

const missing = (value) => value === null || value === undefined || !isFinite(value);

function number(value, digits = 0) {
  if (missing(value)) return "–";
  const compact = Math.abs(value) >= 1e7;
  return formatted(value || 0, compact
    ? { notation: "compact", maximumFractionDigits: 1 }
    : { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/* Money in its currency, where the definition says one: €1,188 or 1.188 €. */
function money(value, digits = 0) {
  if (missing(value)) return "–";
  if (!wording.currency) return number(value, digits);
  const cents = Math.abs(value) < 20 && value % 1 ? 2 : digits;
  return formatted(value || 0, { style: "currency", currency: wording.currency, ...(Math.abs(value) >= 1e7
    ? { notation: "compact", maximumFractionDigits: 2 }
    : { maximumFractionDigits: cents, minimumFractionDigits: cents }) });
}

/* For a headline: millions as such. */
function moneyInShort(value) {
  if (missing(value) || Math.abs(value) < 1e6) return money(value);
  return formatted(value, { notation: "compact", maximumFractionDigits: 2, minimumFractionDigits: 2,
    ...(wording.currency && { style: "currency", currency: wording.currency }) });
}

function percent(share, digits) {
  if (missing(share)) return "–";
  if (share > 0 && share < 0.0005) return `<\u00a0${number(0.1, 1)}\u00a0%`;
  const few = digits ?? (share > 0 && share < 0.1 ? 1 : 0);
  return number(100 * share, few) + "\u00a0%";
}

function amount(value, unit) {
  if (unit === "share") return percent(value);
  const size = Math.abs(value);
  const digits = size < 1 && value % 1 ? 2 : size < 20 ? 1 : 0;
  return unit === "money" ? money(value, digits) : number(value, digits);
}

/* A time or a rate with its unit, where the label does not say it; what is counted is in the label. */
function measured(value, { unit, feature_label: label }) {
  const [told_] = /^(days|weeks|months|years|hours|minutes)$|per .*/.exec(unit || "") || [];
  return amount(value, unit) + (told_ && !missing(value) && !label.toLowerCase().includes(told_) ? ` ${told_}` : "");
}

const dated = (date, settings) => new Intl.DateTimeFormat(LANGUAGE, { month: "short", year: "numeric",
  timeZone: "UTC", ...settings }).format(new Date(`${date}T00:00:00Z`)).replaceAll(" ", English ? " " : "\u00a0");
const day = (date) => dated(date, { day: "numeric" });
const month = (date) => dated(date);

const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/* Sentences of the marts are in English, with English marks and bare amounts. */
const FIGURE = String.raw`[-\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?`;
const moneyLabels = contents.profiles.filter((row) => row.unit === "money")
  .map((row) => literal(row.feature_label));
const ofMoney = [
  ...(moneyLabels.length ? [new RegExp(String.raw`((?:^|[;,:.] |and )(?:${[...new Set(moneyLabels)].join("|")}) `
    + String.raw`(?:at least |at most |below |above |over |between )?)(${FIGURE})`
    + String.raw`(?:( \((?:all [a-z]+: )?)(${FIGURE})((?: for all [a-z]+)?\)))?(?! ?%)`, "gi")] : []),
  new RegExp(String.raw`((?:profit|earned|earns?|brings in|than the|customer's by|who answers) )(${FIGURE})`
    + String.raw`(?:( \()(${FIGURE}))?(?:( to )(${FIGURE})(?=\)))?(?! ?%)`, "g"),
];
const read = (text) => Number(text.replaceAll(",", "").replace("\u2212", "-"));
const digitsOf = (text) => (text.split(".")[1] || "").length;

function mart(text) {
  let words = glued(text);
  if (wording.currency) {
    for (const pattern of ofMoney) {
      words = words.replace(pattern, (...found) => found.slice(1, -2).map((part) => part === undefined
        ? "" : new RegExp(`^${FIGURE}$`).test(part) ? `\u0001${part}\u0002` : part).join(""));
    }
  }
  return words.replace(new RegExp(String.raw`\u0001(${FIGURE})\u0002|(?<![\w.,-])(${FIGURE})(?![\w]|\.\d)`, "g"),
    (whole, sum, plain) => {
      if (sum !== undefined) return money(read(sum), digitsOf(sum));
      // a year has no thousands
      return Math.abs(read(plain)) >= 1000 && !plain.includes(",") ? plain : number(read(plain), digitsOf(plain));
    });
}

/* A figure and its unit stay on one line, and a minus is no hyphen. */
const glued = (text) => (text || "").replace(/(\d) ?%/g, "$1\u00a0%")
  .replace(/(^|[\s(])-(?=\d)/g, "$1\u2212");

/* ---- other languages: a file of words by their English, {} for what changes ------ */

const patterns = Object.entries(wording.words).filter(([words]) => words.includes("{}"))
  .sort((a, b) => b[0].replaceAll("{}", "").length - a[0].replaceAll("{}", "").length)
  .map(([words, other]) => [words.split("{}"), other]);

/* What stands between the pieces of a pattern, from the left; it is no whole sentence. */
function between(pieces, text) {
  const last = pieces.at(-1);
  if (!text.startsWith(pieces[0]) || !text.endsWith(last)) return null;
  const found = [];
  let at = pieces[0].length;
  for (const piece of pieces.slice(1, -1)) {
    const next = text.indexOf(piece, at + 1);
    if (next < 0) return null;
    found.push(text.slice(at, next));
    at = next + piece.length;
  }
  found.push(text.slice(at, text.length - last.length));
  return at + last.length < text.length && !found.some((part) => /[.!?] /.test(part)) ? found : null;
}

// names of the data, and words of the language itself, are told already
const names = new Set([...Object.values(wording.words), ...contents.segments.map((row) => row.segment_name),
  ...contents.filters.flatMap(({ label, values }) => [label, ...values]), ...contents.measures.map(({ label }) => label),
  ...contents.profiles.map((row) => row.feature_label),
  ...contents.answers.flatMap((row) => [row.campaign, row.campaign_label, row.campaign.replaceAll("_", " ")]),
  ...contents.groups.flatMap((row) => [row.attribute.replaceAll("_", " "), row.attribute_value]),
  ...contents.transitions.flatMap((row) => [row.from_segment_name, row.to_segment_name]),
  ...contents.version.map((row) => row.input_name)].map((name) => String(name).toLowerCase()));
const heard = new Map();
const untold = new Set();
const MOST_TRIES = 200;
let tries = 0;
const isWord = (text) => /[a-z]{2}/i.test(text);

/* Names that read like a list are not taken apart, nor are they where they are cut short. */
const whole = English ? [] : contents.segments
  .flatMap(({ segment_name: name }) => name?.includes(", ") ? [name, wording.words[name] ?? name] : [])
  .flatMap((name) => [Infinity, 60, 40, 34, 28, 26].map((letters) => short(name, letters)))
  .filter((name, i, all_) => all_.indexOf(name) === i).sort((a, b) => b.length - a.length);

/* The words are of customers, whatever the input calls its rows. */
const { one, many } = wording.unit;
const ofRows = new RegExp(String.raw`\b(an? )?(${literal(many)}|${literal(one)})\b`, "gi");
const asCustomers = (text) => one === "customer" ? text : text.replace(ofRows, (_, article, word) =>
  `${article ? "a " : ""}${word[0] === word[0].toUpperCase() ? "C" : "c"}ustomer${word.toLowerCase() === one ? "" : "s"}`);

/* The text in the language of the definition; English where no word is known. */
function said(text) {
  if (English || !isWord(text)) return text;
  const kept = whole.reduce((words, name, i) => words.replaceAll(name, `\u0003${i}\u0004`), text);
  const [, before, core, after] = kept.match(/^([\s·,;:]*)([^]*?)([\s·,;:.!]*)$/);
  const found = tried(core) ?? tried(asCustomers(core));
  if (found === null) untold.add(text);
  return found === null ? text
    : (before + found + after).replace(new RegExp(String.raw`\u0003(\d+)\u0004`, "g"), (_, i) => wording.words[whole[i]] ?? whole[i]);
}

function tried(text) {
  tries = 0;
  return told(text);
}

function told(text) {
  if (heard.has(text)) return heard.get(text);
  // a text that is in no language known is not taken apart for ever
  tries += 1;
  if (tries > MOST_TRIES) return null;
  const found = learnt(text);
  if (tries <= MOST_TRIES) heard.set(text, found);
  return found;
}

function learnt(text) {
  const name = text.replace(/[“”]/g, "").toLowerCase();
  // a day or an amount is one word, its spaces do not break
  if (names.has(name) || (/\d/.test(text) && !text.includes(" "))) return translated(text) ?? text;
  return translated(text) ?? figured(text);
}

/* A name with its figure, "Income 76,392", or a figure with its name, "61 % wine". */
function figured(text) {
  for (const form of [/^(.*[\w)]) ([\u2212\d].*)$/i, /^(.*?[a-z)]) ([\u2212\d].*)$/i, /^([\d.,]+(?:\u00a0[%€$£])?) ([a-z].*)$/i]) {
    const others = form.exec(text)?.slice(1).map(told) ?? [null];
    if (!others.includes(null)) return others.join(" ");
  }
  return null;
}

function translated(text) {
  if (!isWord(text)) return text;
  const { words } = wording;
  if (text in words) return words[text];
  if (upper(text) in words) return words[upper(text)];
  for (const [pattern, other] of patterns) {
    const found = between(pattern, text)?.map(told);
    if (found && !found.includes(null)) return other.replace(/\{\}/g, () => found.shift());
  }
  // a sentence at a time, then a clause at a time: all of them, or none
  for (const [cut, joined] of [[/(?<=[.!?]) (?=\S)/, " "], ["; ", "; "], [": ", ": "], [", ", ", "], [" and ", " and "]]) {
    const parts = text.split(cut);
    const others = parts.length > 1 ? parts.map((part) => bare(part) ?? told(part)) : [null];
    if (!others.includes(null)) return others.join(words[joined] || joined);
  }
  return null;
}

/* The same clause without its full stop. */
function bare(part) {
  const other = /[.:]$/.test(part) ? told(part.slice(0, -1)) : null;
  return other === null ? null : other + part.slice(-1);
}
