"""Sentences of claims: every clause has the segment's figure and that of all."""

from collections.abc import Sequence

from segmentation.segments.claims import Claim, Claims
from segmentation.segments.titles import same_group, sentence_case
from segmentation.warehouse.figures import figure_text, percent_text

__all__ = ["clause", "described", "doubted", "sentence_claims"]

MOST_CLAUSES = 5
NOTHING = "Nothing that is known sets these customers apart by much."
# what is counted stands in the label; what it is counted in has to be said
_SPOKEN_UNITS = {
    "days": " days",
    "months": " months",
    "years": " years",
    "visits per month": " per month",
}


def described(title: Sequence[Claim], claims: Claims, features: Sequence[str]) -> str:
    """Return a sentence of the claims that hold, those of the title first.

    Parameters
    ----------
    title : sequence of Claim
        What the name says.
    claims : Claims
        All that can be said of the segment.
    features : sequence of str
        Features that the sentence may be about besides those of the title.

    Returns
    -------
    str

    Examples
    --------
    >>> age = Claim("age", "Age", "years", None, "median", 25.0, 44.0, -0.8, -1)
    >>> described([age], Claims((age,), {}, {}), ["age"])
    'Age 25 years (all customers: 44).'
    """
    said = sentence_claims(title, claims, features)
    if not said:
        return NOTHING
    clauses = [clause(c, is_first=i == 0) for i, c in enumerate(said)]
    return sentence_case("; ".join(clauses)) + "."


def sentence_claims(
    title: Sequence[Claim], claims: Claims, features: Sequence[str]
) -> list[Claim]:
    """Return the claims of a sentence: those of the title that hold, then others."""
    named = sorted((c for c in title if c.holds), key=_limit_alone)
    others = [claim for claim in claims.notable if claim.feature in features]
    said: list[Claim] = []
    heard: list[Claim] = []
    for claim in [*named, *others]:
        is_new = all(
            claim.feature != other.feature and not same_group(claim, other)
            for other in heard
        )
        heard.append(claim)
        if is_new and len(said) < MOST_CLAUSES and _is_seen(claim):
            said.append(claim)
    return said


def doubted(title: Sequence[Claim]) -> str | None:
    """Return a sentence about the claims of a name that do not hold, None of none."""
    failing = [c for c in title if not c.holds]
    if not failing:
        return None
    clauses = [clause(c, is_first=i == 0) for i, c in enumerate(failing)]
    return f"The name no longer holds: {'; '.join(clauses)}."


def clause(claim: Claim, *, is_first: bool = False) -> str:
    """Return what is said of one feature, with both figures.

    Examples
    --------
    >>> shares = 0.98, 0.55
    >>> clause(Claim("c", "Contract", "", "monthly", "share of level", *shares, 1, 1))
    'Contract: 98 % monthly (55 %)'
    """
    own, of_all = figures(claim)
    compared = f"({'all customers: ' if is_first else ''}{of_all})"
    if claim.measure == "share within limit" and claim.words:
        return f"{own} {claim.words} {compared}"
    if claim.measure == "share within limit":
        reach = "or more" if claim.direction > 0 else "at most"
        return f"{claim.label}: {own} have {claim.limit:g} {reach} {compared}"
    if claim.measure == "share above zero":
        some = "none" if claim.direction < 0 else "some"
        return f"{claim.label}: {own} have {some} {compared}"
    if claim.measure == "share of level" and str(claim.level).isdigit():
        return f"{claim.label} {claim.level}: {own} {compared}"
    if claim.measure == "share of level":
        return f"{claim.label}: {own} {claim.level} {compared}"
    unit = _SPOKEN_UNITS.get(claim.unit, "")
    if unit.strip() in claim.label.lower().split():
        unit = ""  # "Days since last login 12" has said it
    mean = " on average" if claim.measure == "mean" else ""
    return f"{claim.label} {own}{unit}{mean} {compared}"


def figures(claim: Claim) -> tuple[str, str]:
    """Return the figures of the segment and of all customers as they are written."""
    shares = claim.figure, claim.all_figure
    if claim.measure == "share above zero" and claim.direction < 0:
        shares = 1 - shares[0], 1 - shares[1]
    unit = "share" if claim.measure.startswith("share") else claim.unit
    return numbers(*shares, unit)


def numbers(figure: float, everybody: float, unit: str) -> tuple[str, str]:
    """Return two figures, with as many digits as it takes to tell them apart.

    Examples
    --------
    >>> numbers(57065.4, 51381.5, "money"), numbers(0.25, 0.5, "share")
    (('57,065', '51,382'), ('25 %', '50 %'))
    """
    if unit == "share":
        return percent_text(figure), percent_text(everybody)
    size = max(abs(figure), abs(everybody))
    digits = 0 if size >= 100 else 1 if size >= 1 else 3
    return _number(figure, digits), _number(everybody, digits)


def _number(value: float, digits: int) -> str:
    text = figure_text(value, digits)
    return text.rstrip("0").rstrip(".") if digits else text


def _limit_alone(claim: Claim) -> bool:
    return claim.measure == "share within limit"


def _is_seen(claim: Claim) -> bool:
    """Return whether the two figures still differ as they are written."""
    own, of_all = figures(claim)
    return own != of_all or (_limit_alone(claim) and own != "100 %")
