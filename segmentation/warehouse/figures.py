"""How figures are written in sentences: the twin of macros/engine/figures.sql.

A figure is rounded once, halves away from zero as the engine does it, so that a
sentence written here and a test written in SQL never differ by a tie.
"""

import math
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["figure_text", "percent_text"]


def figure_text(value: float, decimals: int = 0) -> str:
    """Return a number as people write it, with separated thousands.

    Parameters
    ----------
    value : float
    decimals : int, default=0

    Returns
    -------
    str

    Examples
    --------
    >>> figure_text(20391.5), figure_text(20392.5), figure_text(-0.4)
    ('20,392', '20,393', '0')
    >>> figure_text(0.35, 1)
    '0.4'
    """
    factor = 10.0**decimals
    # the product first, as the engine does: 0.35 is a little less than that, 3.5 is not
    shifted = float(value) * factor
    if not math.isfinite(shifted):
        return str(value)
    rounded = float(Decimal(shifted).to_integral_value(ROUND_HALF_UP)) / factor
    # with nothing added, -0.4 would read "-0"
    return f"{rounded + 0.0:,.{decimals}f}"


def percent_text(share: float) -> str:
    """Return a share as people write it; all and none are only said where it is so.

    Examples
    --------
    >>> percent_text(0.254), percent_text(0.999), percent_text(0.002), percent_text(0)
    ('25 %', 'over 99 %', 'under 1 %', '0 %')
    """
    rounded = figure_text(100.0 * share)
    if rounded == "100" and share < 1:
        return "over 99 %"
    if rounded == "0" and share > 0:
        return "under 1 %"
    return f"{rounded} %"
