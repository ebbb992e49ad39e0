"""How wrong the forecast was, in a sentence for each thing that it says."""

from segmentation.value.at_risk import BY_CHANCE
from segmentation.value.backtest import AT_RISK, FORECAST, TARGETS, Backtest
from segmentation.warehouse.figures import figure_text, percent_text

__all__ = ["list_sentence", "sentences", "untested"]

_YEAR = 365
_MISSED = {
    "purchase days": "the days with a purchase of all together were",
    "spend": "the spend of all together was",
}


def sentences(tested: Backtest, *, horizon: int, basis: str) -> dict[str, str]:
    """Return a sentence a target.

    Parameters
    ----------
    tested : Backtest
    horizon : int
        Days looked ahead.
    basis : str
        What the level of the published forecast rests on.
    """
    n = len(tested.cuts)
    periods = "the last period" if n == 1 else f"the last {n} periods"
    start = f"Tested on {periods} of {horizon} days, {tested.customers:,} customers: "
    # the page shows the first sentence alone
    is_new_season = max(tested.cuts) + horizon - min(tested.cuts) < _YEAR
    end = "; no period tested was of the season ahead." if is_new_season else "."
    told = {target: start + _wrong(tested, target) + end for target in TARGETS}
    if basis == "belief":
        for target in told:
            told[target] += (
                " How much all customers buy together rests on BG/NBD alone: the "
                "history is shorter than two horizons."
            )
    told[AT_RISK] = list_sentence(tested, horizon=horizon)
    return told


def list_sentence(tested: Backtest, *, horizon: int) -> str:
    """Return what the list of those likely to stop is worth, or why there is none."""
    pool = round(tested.pool / len(tested.cuts))
    who = (
        f"Of the {pool:,} customers worth keeping who had bought within {horizon} "
        f"days, {percent_text(tested.lost)} did not in the {horizon} days that followed"
    )
    if not tested.can_list:
        return f"{who}: too few to make a list of."
    found = tested.figure(AT_RISK, BY_CHANCE, "precision_first_fifth").figure
    silent = tested.figure(AT_RISK, "longest silence", "precision_first_fifth").figure
    return (
        f"{who}; of the fifth with the lowest chance of buying again "
        f"{percent_text(found)}, of the fifth with the longest silence "
        f"{percent_text(silent)}."
    )


def untested(horizon: int, days: int, needed: int) -> str:
    """Return why a forecast is published without a test.

    Parameters
    ----------
    horizon : int
        Days looked ahead.
    days, needed : int
        Length of the history, and what a test would take.
    """
    return (
        f"Not tested: the purchases reach back {days} days, and a test of {horizon} "
        f"days ahead needs {needed}."
    )


def _wrong(tested: Backtest, target: str) -> str:
    published = tested.published[target]

    def figure(name: str) -> float:
        return tested.figure(target, published, name).figure

    beaten = (
        "; no simple method was clearly better"
        if published == FORECAST
        else f"; {published} was clearly better than the forecast, and is published"
    )
    if target == "buying again":
        pairs = figure_text(100 * figure("auc"))
        gap = figure_text(100 * figure("calibration_gap"))
        return (
            f"of one who bought again and one who did not, the right one had the "
            f"higher probability in {pairs} of 100 pairs; in no tenth of customers was "
            f"it off by more than {gap} points{beaten}"
        )
    missed = percent_text(figure("mean_absolute_bias"))
    error = figure_text(figure("mean_absolute_error"), 2)
    return (
        f"{_MISSED[target]} missed by {missed} on average, a customer's by "
        f"{error}{beaten}"
    )
