const contents = JSON.parse(document.getElementById("contents").textContent);

/* ---- words, numbers and money: the only place that knows a language ------------ */

const wording = contents.wording;
const LANGUAGE = wording.language;
const English = LANGUAGE.startsWith("en");

const formats = {};
function formatted(value, settings) {
  const key = JSON.stringify(settings);
  formats[key] = formats[key] || new Intl.NumberFormat(LANGUAGE, settings);
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
  const digits = Math.abs(value) < 20 ? 1 : 0;
  return unit === "money" ? money(value, digits) : number(value, digits);
}

const day = (date) => new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short",
  year: "numeric", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
const month = (date) => new Intl.DateTimeFormat(LANGUAGE, { month: "short", year: "numeric",
  timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));

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
  new RegExp(String.raw`((?:profit|earned|earns?|brings in|than the|customer's by|beforehand) )(${FIGURE})`
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
  .map(([words, other]) => [new RegExp(`^${words.split("{}").map(literal).join("(.+?)")}$`), other]);
// a word of the language itself is told already
const own = new Set(Object.values(wording.words));
const heard = new Map();
const untold = new Set();

/* The text in the language of the definition; English where no word is known. */
function said(text) {
  if (English || !/[a-z]{2}/i.test(text)) return text;
  const known = heard.get(text);
  if (known !== undefined) return known;
  const [, before, core, after] = text.match(/^([\s·,;:(“"]*)([^]*?)([\s·,;:)”".!?]*)$/);
  // marks at the end may belong to the words: as many as possible, then fewer
  let found = null;
  let marks = after.length;
  for (; found === null && marks >= 0; marks--) found = translated(core + after.slice(0, marks));
  if (found === null && !own.has(core)) untold.add(text);
  const other = found === null ? text : before + found + after.slice(marks + 1);
  heard.set(text, other);
  return other;
}

function translated(text) {
  if (!/[a-z]{2}/i.test(text)) return text;
  const { words } = wording;
  if (text in words) return words[text];
  if (upper(text) in words) return words[upper(text)];
  for (const [pattern, other] of patterns) {
    const found = pattern.exec(text);
    if (found) {
      let place = 0;
      return other.replace(/\{(\d?)\}/g, (_, which) => {
        const part = found[which ? Number(which) : ++place];
        return translated(part) ?? part;
      });
    }
  }
  // a sentence at a time, then a clause at a time: all of them, or none
  for (const [cut, joined] of [[/(?<=[.!?]) (?=\S)/, " "], ["; ", "; "], [", ", ", "], [" and ", " und "]]) {
    const parts = text.split(cut);
    if (parts.length < 2) continue;
    const others = parts.map((part) => translated(part) ?? bare(part));
    if (others.every((part) => part !== null)) return others.join(words[joined] || joined);
  }
  return null;
}

/* The same clause without its full stop. */
function bare(part) {
  if (!/[.:]$/.test(part)) return null;
  const other = translated(part.slice(0, -1));
  return other === null ? null : other + part.slice(-1);
}
