"""What the segments are worth as groups, in a sentence or two."""

from segmentation.segments.separation import Separation

__all__ = ["ENOUGH_CUSTOMERS", "SMALL_GROUP", "below", "verdict"]

# groups 4 standard deviations apart (4 % wrongly placed) are shown in 50 % of draws of
# 500 customers, in 15 % of 200: with fewer, nothing shown does not mean nothing there
ENOUGH_CUSTOMERS = 500
# a group with fewer customers than this is a small one beside the others
SMALL_GROUP = 0.05
_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve"),
)


def verdict(
    found: Separation,
    *,
    customers: int,
    natural_groups: int,
    stability: float,
    min_stability: float = 0.90,
    keys: list[str] | None = None,
    features: list[str] | None = None,
) -> str:
    """Say what stands apart, what shades into what, and how far that can be relied on.

    Parameters
    ----------
    found : Separation
        Of the segments in question.
    customers : int
        Different customers it was tested on.
    natural_groups : int
        The most groups that any number of segments shows.
    stability : float
        Bootstrap adjusted Rand index of the segments.
    min_stability : float, default=0.90
        Below it the segments are not repeatable.
    keys : list of str, optional
        Names of the segments, in the order of the labels; without them it is not said
        which ones shade into each other.
    features : list of str, optional
        What the segments rest on; one alone is said.

    Returns
    -------
    str
        Begins with "Separate groups", "… natural groups", "One group and …",
        "A continuum" or "No natural groups shown".
    """
    sentences = [_groups(found, customers, keys)]
    if natural_groups > found.n_groups:
        sentences.append(
            f"Cut into another number of segments, {_number(natural_groups)} groups "
            "stand apart."
        )
    if stability < min_stability:
        sentences.append(
            "When the customers are drawn again other segments come out: their borders "
            f"are not to be relied on (agreement {below(stability, min_stability)} "
            f"of 1, {min_stability:.2f} wanted)."
        )
    if features and len(features) == 1:
        sentences.append(_alone(features[0]))
    return " ".join(sentences)


def _alone(label: str) -> str:
    """Say that a file gives little.

    Examples
    --------
    >>> _alone("Income"), _alone("VIP: web")
    ('Segments rest on income alone.', 'Segments rest on VIP: web alone.')
    """
    said = label if label[:2].isupper() else label[:1].lower() + label[1:]
    return f"Segments rest on {said} alone."


def _groups(found: Separation, customers: int, keys: list[str] | None) -> str:
    k = len(found.groups)
    if found.n_groups == 1:
        cut = f"the {_number(k)} segments shade into each other"
        if customers < ENOUGH_CUSTOMERS:
            return (
                f"No natural groups shown: {cut} as far as {customers} customers can "
                f"tell, and below about {ENOUGH_CUSTOMERS} groups that nearly touch "
                "cannot be told from one."
            )
        return f"A continuum: {cut}, a useful cut rather than natural groups."
    members = [
        [label for label in range(k) if found.groups[label] == group]
        for group in range(found.n_groups)
    ]
    shares = [sum(found.shares[label] for label in own) for own in members]
    small = [share for share in shares if share < SMALL_GROUP]
    headline = _headline(found.n_groups - len(small), small)
    if found.all_apart:
        every = "both" if k == 2 else f"all {_number(k)}"
        return f"{headline}: {every} segments stand apart."
    told = f"{headline}, cut into {_number(k)}"
    return f"{told}: {_who(found, members, keys)}." if keys else f"{told}."


def _headline(large: int, small: list[float]) -> str:
    if not small:
        return f"{_number(large).capitalize()} natural groups"
    shares = " and ".join(f"{share:.1%}" for share in small)
    and_small = (
        f"a small one of {shares} of the customers"
        if len(small) == 1
        else f"{_number(len(small))} small ones of {shares} of the customers"
    )
    if large == 0:
        return f"{_number(len(small)).capitalize()} small groups"
    groups = (
        "One group" if large == 1 else f"{_number(large).capitalize()} natural groups"
    )
    return f"{groups} and {and_small}"


def _who(found: Separation, members: list[list[int]], keys: list[str]) -> str:
    """Say which segments shade into each other; the groups stand apart."""
    named = [_listed([keys[label] for label in own]) for own in members]
    shading = [
        f"{names} shade into each other{_how(found, own)}"
        for names, own in zip(named, members, strict=True)
        if len(own) > 1
    ]
    alone = [keys[own[0]] for own in members if len(own) == 1]
    if len(members) == 2 and alone:
        return f"{shading[0]}, and stand apart from {alone[0]}"
    if len(members) == 2:
        too = f"which shade into each other too{_how(found, members[1])}"
        return f"{shading[0]}, and stand apart from {named[1]}, {too}"
    if alone:
        verb = "stands" if len(alone) == 1 else "stand"
        shading.append(f"{_listed(alone)} {verb} apart")
    return f"{', '.join(shading)}; between the groups there are gaps"


def _how(found: Separation, own: list[int]) -> str:
    """Say where some of a group hang together only by others of it."""
    joined = sum(p.is_joined and {p.first, p.second} <= set(own) for p in found.pairs)
    return " step by step" if joined < len(own) * (len(own) - 1) / 2 else ""


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def below(value: float, limit: float, kind: str = "f") -> str:
    """Return a figure below a limit with as many decimals as show that it is.

    Examples
    --------
    >>> below(0.8957, 0.9), below(0.84, 0.9), below(0.0499, 0.05, "%")
    ('0.896', '0.84', '4.99%')
    """
    for decimals in range(0 if kind == "%" else 2, 7):
        said, asked = f"{value:.{decimals}{kind}}", f"{limit:.{decimals}{kind}}"
        if said != asked:
            return said
    return said
