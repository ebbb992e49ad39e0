"""A judge of published words: it reads names, sentences and data, and no other code.

What words mean is written down here a second time, on purpose: were it taken from the
seeds or the package, a mistake there would be repeated here. Medians and shares are
computed by numpy from the values as they are.
"""

import re

import numpy as np
import pandas as pd

# feature -> label in sentences
LABELS = {
    "income": "Income",
    "total_spend": "Total spend",
    "purchases": "Purchases",
    "children": "Children at home",
    "deal_share": "Deal share",
    "web_visits_per_month": "Web visits",
    "age": "Age",
    "education_rank": "Education",
    "household_size": "Household size",
    "tenure_days": "Tenure",
    "recency_days": "Recency",
    "average_order_value": "Average order value",
    "wine_share": "Wine share",
    "web_share": "Web share",
    "catalog_share": "Catalog share",
    "store_share": "Store share",
    "campaigns_accepted": "Campaigns accepted",
    "spending_score": "Spending score",
    "mean_interval_days": "Days between purchases",
    "refund_share": "Refund share",
    "purchases_90_days": "Purchases in 90 days",
    "purchases_365_days": "Purchases in 365 days",
    "spend_90_days": "Spend in 90 days",
    "spend_365_days": "Spend in 365 days",
    "spend_change_90_days": "Change of spend in 90 days",
    "silence_ratio": "Silence in own rhythm",
    "top_category_share": "Share of first category",
    "contract": "Contract",
    "support": "Tech support",
}
UP, DOWN = 1, -1
# word of a name -> what has to be so: feature, direction, most of them at or beyond
MEANINGS = {
    "affluent": [("income", UP, None), ("total_spend", UP, None)],
    "professionals": [("education_rank", None, ("at least", 3))],
    "budget": [("income", DOWN, None), ("total_spend", DOWN, None)],
    "budget-conscious": [("income", DOWN, None), ("total_spend", DOWN, None)],
    "families": [("children", UP, ("at least", 1))],
    "couples": [
        ("children", DOWN, ("at most", 0)),
        ("household_size", None, ("at least", 2)),
    ],
    "comfortable": [("income", UP, None)],
    "young": [("age", DOWN, ("at most", 40))],
    "senior": [("age", UP, ("at least", 60))],
    "high spenders": [("total_spend", UP, None)],
    "browsers": [("web_visits_per_month", UP, ("at least", 4))],
    "window shoppers": [
        ("web_visits_per_month", UP, ("at least", 4)),
        ("purchases", DOWN, None),
    ],
    "deal seekers": [("deal_share", UP, ("at least", 0.3))],
    "lapsing": [("recency_days", UP, ("at least", 90))],
    "loyal": [("tenure_days", UP, ("at least", 365))],
    "loyalists": [
        ("tenure_days", None, ("at least", 365)),
        ("purchases", UP, ("at least", 3)),
    ],
    "regulars": [("purchases", UP, ("at least", 3))],
    "frequent buyers": [("purchases", UP, None)],
    "promising newcomers": [("tenure_days", DOWN, ("at most", 180))],
    # who buys nothing is neither
    "occasional buyers": [
        ("purchases", DOWN, ("at least", 0.001)),
        ("purchases", DOWN, ("at most", 12)),
        ("total_spend", DOWN, None),
    ],
    "rare buyers": [
        ("purchases", DOWN, ("at least", 0.001)),
        ("purchases", DOWN, ("at most", 12)),
    ],
    "no purchases": [("purchases", DOWN, ("at most", 0))],
    "no income": [("income", DOWN, ("at most", 0))],
    "no spend": [("total_spend", DOWN, ("at most", 0))],
    "no average order value": [("average_order_value", DOWN, ("at most", 0))],
    "no purchases in 90 days": [("purchases_90_days", DOWN, ("at most", 0))],
    "no purchases in 365 days": [("purchases_365_days", DOWN, ("at most", 0))],
    "no spend in 90 days": [("spend_90_days", DOWN, ("at most", 0))],
    "no spend in 365 days": [("spend_365_days", DOWN, ("at most", 0))],
    "with us for longer": [("tenure_days", UP, None)],
    "with us for less time": [("tenure_days", DOWN, None)],
    "longer without a purchase": [("recency_days", UP, None)],
    "bought more recently": [("recency_days", DOWN, None)],
    "more children at home": [("children", UP, None)],
    "fewer children at home": [("children", DOWN, None)],
    "big-basket buyers": [("average_order_value", UP, None)],
    "online": [("web_share", UP, ("at least", 0.5))],
    "catalog": [("catalog_share", UP, ("at least", 0.4))],
    "store": [("store_share", UP, ("at least", 0.3))],
    "campaign enthusiasts": [("campaigns_accepted", UP, ("at least", 1))],
    "wine enthusiasts": [("wine_share", UP, ("at least", 0.5))],
    "careful savers": [("income", UP, None), ("spending_score", DOWN, None)],
    "everyday shoppers": [("income", 0, None), ("spending_score", 0, None)],
    "young enthusiasts": [("spending_score", UP, None), ("income", DOWN, None)],
    "frugal shoppers": [("income", DOWN, None), ("spending_score", DOWN, None)],
    # phrases of the catalogue
    "small spenders": [("total_spend", DOWN, None)],
    "several children": [("children", UP, ("at least", 2))],
    "no children": [("children", DOWN, ("at most", 0))],
    "few deals": [("deal_share", DOWN, None)],
    "many web visits": [("web_visits_per_month", UP, None)],
    "few web visits": [("web_visits_per_month", DOWN, None)],
    "new": [("tenure_days", DOWN, ("at most", 540))],
    "long-standing": [("tenure_days", UP, ("at least", 365))],
    "not seen lately": [("recency_days", UP, ("at least", 90))],
    "above average age": [("age", UP, None)],
    "below average age": [("age", DOWN, None)],
    "higher education": [("education_rank", UP, None)],
    "basic education": [("education_rank", DOWN, None)],
    "large households": [("household_size", UP, None)],
    "small households": [("household_size", DOWN, None)],
    "seen lately": [("recency_days", DOWN, ("at most", 30))],
    "large orders": [("average_order_value", UP, None)],
    "small orders": [("average_order_value", DOWN, None)],
    "wine lovers": [("wine_share", UP, ("at least", 0.3))],
    "little wine": [("wine_share", DOWN, None)],
    "web buyers": [("web_share", UP, ("at least", 0.3))],
    "catalog buyers": [("catalog_share", UP, ("at least", 0.3))],
    "store buyers": [("store_share", UP, ("at least", 0.3))],
    "rarely on the web": [("web_share", DOWN, None)],
    "rarely by catalog": [("catalog_share", DOWN, None)],
    "rarely in store": [("store_share", DOWN, None)],
    "open to campaigns": [("campaigns_accepted", UP, ("at least", 1))],
    "immune to campaigns": [("campaigns_accepted", DOWN, ("at most", 0))],
    "high spending score": [("spending_score", UP, None)],
    "low spending score": [("spending_score", DOWN, None)],
    "older": [("age", UP, ("at least", 50))],
    "younger": [("age", DOWN, ("at most", 45))],
    "long pauses": [("mean_interval_days", UP, None)],
    "short pauses": [("mean_interval_days", DOWN, None)],
    "many refunds": [("refund_share", UP, None)],
    "few refunds": [("refund_share", DOWN, None)],
    "buying now": [("purchases_90_days", UP, ("at least", 1))],
    "nothing bought lately": [("purchases_90_days", DOWN, ("at most", 0))],
    "bought often this year": [("purchases_365_days", UP, ("at least", 3))],
    "bought little this year": [("purchases_365_days", DOWN, None)],
    "spending now": [("spend_90_days", UP, None)],
    "spending nothing lately": [("spend_90_days", DOWN, ("at most", 0))],
    "big spenders this year": [("spend_365_days", UP, None)],
    "small spenders this year": [("spend_365_days", DOWN, None)],
    "spending more": [("spend_change_90_days", UP, ("at least", 0))],
    "spending less": [("spend_change_90_days", DOWN, ("at most", 0))],
    "silent for their rhythm": [("silence_ratio", UP, ("at least", 1))],
    "within their rhythm": [("silence_ratio", DOWN, ("at most", 1))],
    "one category": [("top_category_share", UP, ("at least", 0.9))],
    "many categories": [("top_category_share", DOWN, None)],
}
# whoever is called so still buys: hardly anybody has been silent for half a year
FAITHFUL = re.compile(r"loyal|regular|champion|faithful", re.IGNORECASE)
HALF_A_YEAR, HARDLY_ANYBODY = 183, 0.05
# words that depend on others of the name
BIG_SPENDERS = {
    "archetype": [("income", UP, None), ("spending_score", UP, None)],
    "phrase": [("total_spend", UP, None)],
}
# longer ones first, so that "young enthusiasts" is not read as "young" alone
_WORDS = sorted(MEANINGS, key=lambda w: (-len(w), w))
_LEVELS = {"monthly": "contract", "two year": "contract", "one year": "contract"}


def false_claims(frame: pd.DataFrame, keys: np.ndarray, words: dict) -> list[str]:
    """Return what published names and sentences say that the data do not."""
    wrong = []
    names = [name for name, _ in words.values()]
    folded = [name.lower() for name in names]
    wrong += [f"{n} names two segments" for n in set(folded) if folded.count(n) > 1]
    wrong += [
        f"{name} is another's and a number"
        for name in names
        if re.sub(r" \d+$", "", name) in set(names) - {name}
    ]
    for key, (name, sentence) in words.items():
        own = frame[keys == key]
        wrong += [f"{name}: {w}" for w in _wrong_in_name(name, own, frame)]
        wrong += [f"{name}: {w}" for w in _silent_though_faithful(name, own)]
        wrong += [f"{name}: {w}" for w in _wrong_in_sentence(sentence, own, frame)]
    return wrong


def _silent_though_faithful(name: str, own: pd.DataFrame) -> list[str]:
    if not FAITHFUL.search(name):
        return []
    if "recency_days" not in own:
        return ["nobody knows who still buys"]
    silent = float((own["recency_days"].dropna() > HALF_A_YEAR).mean())
    is_so = silent > HARDLY_ANYBODY
    return [f"{silent:.0%} have been silent for half a year"] if is_so else []


def _wrong_in_name(name: str, own: pd.DataFrame, everybody: pd.DataFrame) -> list[str]:
    if name == "Like most customers" or re.fullmatch(r"Segment S\d+", name):
        return []
    wrong = []
    for phrase in name.lower().removeprefix("fairly ").split(", "):
        meant = _meaning(phrase, is_archetype=name == "Big Spenders")
        if not meant:
            wrong.append(f"nobody knows what '{phrase}' means")
        for kind, *what in meant:
            check = _level_is_so if kind == "level" else _number_is_so
            said = check(*what, own, everybody)
            wrong += [f"'{phrase}' {said}"] if said else []
    return wrong


def _meaning(phrase: str, *, is_archetype: bool) -> list[tuple]:
    labels = {label.lower(): feature for feature, label in LABELS.items()}
    for word, direction in (("high ", UP), ("low ", DOWN)):
        rest = phrase.removeprefix(word)
        if rest != phrase and rest in labels:
            return [("number", labels[rest], direction, None)]
    if phrase in _LEVELS:
        return [("level", _LEVELS[phrase], phrase)]
    if phrase in ("tech support", "no tech support"):
        return [("level", "support", "no" if phrase.startswith("no") else "yes")]
    if phrase == "big spenders":
        spenders = BIG_SPENDERS["archetype" if is_archetype else "phrase"]
        return [("number", *s) for s in spenders]
    left, meant = phrase, []
    for word in _WORDS:
        if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", left):
            left = left.replace(word, " ")
            meant += [("number", *m) for m in MEANINGS[word]]
    said_otherwise = {"customers", "buyers", "shoppers", "high"}
    return meant if not set(left.split()) - said_otherwise else []


def _number_is_so(
    feature: str,
    direction: int | None,
    bound: tuple | None,
    own: pd.DataFrame,
    everybody: pd.DataFrame,
) -> str:
    if feature not in everybody:
        return f"is of {feature}, which the file has not"
    x, all_x = own[feature].dropna(), everybody[feature].dropna()
    if len(x) < 0.5 * len(own) or all_x.nunique() < 2:
        return f"is of {feature}, which is hardly known or the same for all"
    if bound:
        word, limit = bound
        within = float(((x >= limit) if word == "at least" else (x <= limit)).mean())
        if within < 0.6:
            return f"is so of {within:.0%} ({feature} {word} {limit})"
    if direction is None:
        return ""
    above = _more_often(x.to_numpy(), all_x.to_numpy())
    if direction == 0:
        return f"is not average in {feature}" if abs(above - 0.5) > 0.15 else ""
    if (above - 0.5) * direction < 0.05:
        return f"differs little in {feature} ({above:.2f} of pairs)"
    middles = x.median() - all_x.median()
    some = (x > 0).mean() - (all_x > 0).mean()
    means = x.mean() - all_x.mean()
    # that hardly more have any does not outweigh a mean and most pairs
    if (middles or (abs(some) >= 0.1 and some) or means) * direction <= 0:
        return f"is the other way round in {feature}"
    return ""


def _more_often(x: np.ndarray, all_x: np.ndarray) -> float:
    """Return how often one of the segment has more than one of all, ties half."""
    ordered = np.sort(all_x)
    below = np.searchsorted(ordered, x, "left")
    up_to = np.searchsorted(ordered, x, "right")
    return float((below + up_to).mean() / 2 / len(ordered))


def _level_is_so(group: str, level: str, own: pd.DataFrame, everybody) -> str:
    if group not in everybody:
        return f"is of {group}, which the file has not"
    shares = [(x[group].dropna().str.lower() == level).mean() for x in (own, everybody)]
    if shares[0] < 0.6 or shares[0] - shares[1] < 0.1:
        return f"is so of {shares[0]:.0%}, and of {shares[1]:.0%} of all"
    return ""


def _wrong_in_sentence(sentence: str, own: pd.DataFrame, everybody) -> list[str]:
    if sentence == "Nothing that is known sets these customers apart by much.":
        return []
    clauses = sentence.removesuffix(".").split("; ")
    return [w for c in clauses if (w := _wrong_in_clause(c, own, everybody))]


def _wrong_in_clause(clause: str, own: pd.DataFrame, everybody) -> str:
    body, of_all = clause.removesuffix(")").rsplit(" (", 1)
    of_all = of_all.removeprefix("all customers: ")
    for words, feature, limit in (
        ("have a degree", "education_rank", 3),
        ("live with somebody", "household_size", 2),
        ("have been customers for a year or longer", "tenure_days", 365),
        ("have bought within half a year", "recency_days", -HALF_A_YEAR),
    ):
        if body.endswith(words):
            said = body.removesuffix(words).strip()
            return _shares(
                clause,
                said,
                of_all,
                own,
                everybody,
                feature,
                lambda x, limit=limit: x >= limit if limit > 0 else -x >= limit,
            )
    found = [f for f, label in LABELS.items() if re.match(rf"{label}:? ", body)]
    # "Purchases in 90 days" is not "Purchases"
    found.sort(key=lambda feature: -len(LABELS[feature]))
    if not found or found[0] not in everybody:
        return f"{clause} is of nothing in the file"
    feature = found[0]
    rest = body.removeprefix(LABELS[feature]).removeprefix(":").strip()
    if rest.endswith(("have some", "have none")):
        some = rest.endswith("some")
        share = rest.removesuffix("have some").removesuffix("have none").strip()
        return _shares(
            clause, share, of_all, own, everybody, feature, lambda x: (x > 0) == some
        )
    if everybody[feature].dtype.kind not in "fi":
        share, level = re.fullmatch(r"((?:over |under )?\d+ %) (.*)", rest).groups()
        return _shares(
            clause, share, of_all, own, everybody, feature, lambda x: x == level
        )
    statistic = "mean" if rest.endswith("on average") else "median"
    figures = [getattr(x[feature].dropna(), statistic)() for x in (own, everybody)]
    said = [_figure(rest), _figure(of_all)]
    is_so = all(_is_rounded(s, f) for s, f in zip(said, figures, strict=True))
    return "" if is_so and said[0] != said[1] else f"{clause}: in truth {figures}"


def _figure(text: str) -> tuple[float, float]:
    """Return a figure and how much may be lost by rounding it."""
    if text.startswith("over 99 %") or text.startswith("under 1 %"):
        return (0.995 if text.startswith("over") else 0.005), 0.006
    number = re.match(r"-?[\d,]+(?:\.\d+)?", text).group()
    value = float(number.replace(",", ""))
    lost = 0.5 * 10 ** -len(number.partition(".")[2]) if "." in number else 0.5
    return (value / 100, lost / 100) if "%" in text else (value, lost)


def _is_rounded(said: tuple[float, float], figure: float) -> bool:
    return abs(said[0] - figure) <= said[1] + 1e-9


def _shares(clause, said, of_all, own, everybody, feature, condition) -> str:
    if feature not in everybody:
        return f"{clause} is of nothing in the file"
    figures = [condition(x[feature].dropna()).mean() for x in (own, everybody)]
    written = [_figure(said), _figure(of_all)]
    is_so = all(_is_rounded(w, f) for w, f in zip(written, figures, strict=True))
    return "" if is_so else f"{clause}: in truth {figures}"
