"""The forecast: BG/NBD, two learned shapes, and the level of a year ago.

At a cut (the last day that is known) BG/NBD and Gamma-Gamma say what to expect of
every customer. Two shapes learned from earlier cuts of the same data say how customers
differ from that, their mean with BG/NBD's is taken, and the level brings it to BG/NBD's
total corrected by its past errors. A fixed recipe was better than choosing: the winner
at one cut won at the next as seldom as chance has it.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from segmentation.value.estimates import BuyingModels, Estimates, fit_buying_models
from segmentation.value.features import Norms, features, norms_of
from segmentation.value.histories import (
    Floats,
    Outcomes,
    PurchaseDays,
    Summaries,
    outcomes_after,
    summed_up_at,
)
from segmentation.value.levels import Level, Misses, log_misses, shrunk_mean
from segmentation.value.shapes import Lesson, Shapes, fit_shapes, mean_of

__all__ = ["LEAST_HISTORY", "Forecast", "Past", "expected_misses", "fit_forecast"]

# Days of history before a cut that anything can be learned at.
LEAST_HISTORY = 60
# Cuts that shapes are learned from, and days between them.
N_LESSONS = 4
STEP = 30
# Shorter horizons to learn shapes from where the history is too short for its own.
SHORT_HORIZONS = (45, 30)
YEAR = 365
# Who bought once is told apart by the time since then alone, in horizons: who of them
# comes back hardly any method can tell (AUC about 0.5 on three of four data sets).
ONCE_BORDERS = (0.25, 0.5, 1.0, 2.0, 4.0)
# Customers who bought again, without whom nothing is learned or forecast.
LEAST_REPEAT_BUYERS = 50
_N_PLACES = len(ONCE_BORDERS) + 1
_NOTHING = Estimates(*(np.zeros(_N_PLACES) for _ in range(3)))


@dataclass
class Past:
    """What was known and expected on any day of the past, each worked out once.

    Attributes
    ----------
    days : PurchaseDays
        Of the customers to learn from.
    """

    days: PurchaseDays
    _seen: dict = field(default_factory=dict)

    def known(self, cut: int, horizon: int) -> Summaries:
        """Return what was known at the end of a day."""
        return self._once(
            ("known", cut, horizon),
            lambda: summed_up_at(self.days, cut, horizon=horizon),
        )

    def models(self, cut: int) -> BuyingModels:
        """Return BG/NBD and Gamma-Gamma as fitted on a day."""
        return self._once(
            ("models", cut), lambda: fit_buying_models(self.known(cut, STEP))
        )

    def plain(self, cut: int, horizon: int) -> Estimates:
        """Return their estimates."""
        return self._once(
            ("plain", cut, horizon),
            lambda: self.models(cut).estimates(
                self.known(cut, horizon), horizon=horizon
            ),
        )

    def followed(self, cut: int, horizon: int) -> Outcomes:
        """Return what followed."""
        return self._once(
            ("followed", cut, horizon),
            lambda: outcomes_after(
                self.days, self.known(cut, horizon), cut, horizon=horizon
            ),
        )

    def misses(self, cut: int, horizon: int) -> Misses:
        """Return by how much BG/NBD missed all together."""
        return log_misses(self.plain(cut, horizon), self.followed(cut, horizon))

    def lesson(self, cut: int, horizon: int) -> Lesson:
        """Return what a cut teaches."""
        known, plain = self.known(cut, horizon), self.plain(cut, horizon)
        inputs = features(
            known, plain, self.models(cut), norms_of(known), horizon=horizon
        )
        return Lesson(inputs, plain, self.followed(cut, horizon))

    def can_teach(self, cut: int) -> bool:
        """Return whether there was history enough, and enough who came back."""
        return cut - self.days.first_day >= LEAST_HISTORY and self.is_enough(cut)

    def is_enough(self, cut: int) -> bool:
        """Return whether enough customers had bought again."""
        repeat_buyers = (self.known(cut, STEP).purchases > 1).sum()
        return bool(repeat_buyers >= LEAST_REPEAT_BUYERS)

    def _once(self, key: tuple, work: Any) -> Any:
        if key not in self._seen:
            self._seen[key] = work()
        return self._seen[key]


@dataclass(frozen=True)
class Forecast:
    """A forecast as fitted on one day; applied to any customers known on it.

    Attributes
    ----------
    horizon, lesson_horizon : int
        Days to look ahead, and those of the cuts that the shapes were learned from.
    models : BuyingModels
    norms : Norms
    shapes : Shapes or None
        None where the history is too short to learn any.
    level : Level
    basis : str
        What the level rests on: ``year``, ``past`` or ``belief``.
    once : Estimates
        Of who bought once, by time since then (``ONCE_BORDERS``).
    """

    horizon: int
    lesson_horizon: int
    models: BuyingModels
    norms: Norms
    shapes: Shapes | None
    level: Level
    basis: str
    once: Estimates

    def estimates(self, known: Summaries) -> Estimates:
        """Return probability, days with a purchase and spend of the horizon."""
        each = self.level.applied(self.shape(known))
        is_once = known.purchases == 1
        rates = self.once.where(_once_places(known, self.horizon))
        return Estimates(
            np.where(is_once, rates.probability, each.probability),
            np.where(is_once, rates.days, each.days),
            np.where(is_once, rates.spend, each.spend),
        )

    def regression(self, known: Summaries) -> Estimates | None:
        """Return the linear shape alone, as high as the cuts that it learned from.

        None where it was not learned over the horizon that is asked for.
        """
        if self.shapes is None or self.lesson_horizon != self.horizon:
            return None
        plain = self.models.estimates(known, horizon=self.horizon)
        inputs = features(known, plain, self.models, self.norms, horizon=self.horizon)
        return self.shapes.estimates(inputs, plain, plain)[0]

    def shape(self, known: Summaries) -> Estimates:
        """Return the mean of BG/NBD's estimates and the learned ones."""
        plain = self.models.estimates(known, horizon=self.horizon)
        if self.shapes is None:
            return plain
        is_short = self.lesson_horizon != self.horizon
        short = plain
        if is_short:
            short = self.models.estimates(known, horizon=self.lesson_horizon)
        inputs = features(
            known, short, self.models, self.norms, horizon=self.lesson_horizon
        )
        shape = mean_of([plain, *self.shapes.estimates(inputs, short, plain)])
        # spend over a horizon never seen is left to BG/NBD and Gamma-Gamma
        spend = plain.spend if is_short else shape.spend
        return Estimates(shape.probability, shape.days, spend)


def fit_forecast(
    past: Past, cut: int, *, horizon: int, random_state: int
) -> Forecast | None:
    """Fit the forecast of a day, from that day and what lies before it alone.

    Parameters
    ----------
    past : Past
    cut : int
        The last day known.
    horizon : int
        Days to look ahead.
    random_state : int

    Returns
    -------
    Forecast or None
        None where fewer than ``LEAST_REPEAT_BUYERS`` had bought again.
    """
    if not past.is_enough(cut):
        return None
    known = past.known(cut, horizon)
    lesson_horizon, cuts = _lesson_cuts(past, cut, horizon)
    shapes = None
    if cuts:
        lessons = [past.lesson(earlier, lesson_horizon) for earlier in cuts]
        shapes = fit_shapes(lessons, random_state=random_state)
    misses, basis = expected_misses(past, cut, horizon)
    unlevelled = Forecast(
        horizon,
        lesson_horizon,
        past.models(cut),
        norms_of(known),
        shapes,
        Level(),
        basis,
        once=_NOTHING,
    )
    shape = unlevelled.shape(known)
    level = Level.between(shape, past.plain(cut, horizon), misses)
    once = _mean_once(known, level.applied(shape), horizon)
    return replace(unlevelled, level=level, once=once)


def _mean_once(known: Summaries, estimates: Estimates, horizon: int) -> Estimates:
    """Return the means of who bought once, by time since then."""
    is_once = known.purchases == 1
    places = _once_places(known, horizon)
    everybody = is_once if is_once.any() else np.ones_like(is_once)

    def means(values: Floats) -> Floats:
        chosen = [is_once & (places == place) for place in range(_N_PLACES)]
        return np.array(
            [values[one if one.any() else everybody].mean() for one in chosen]
        )

    return Estimates(
        means(estimates.probability), means(estimates.days), means(estimates.spend)
    )


def _once_places(known: Summaries, horizon: int) -> Any:
    return np.searchsorted(ONCE_BORDERS, known.silence / horizon)


def _lesson_cuts(past: Past, cut: int, horizon: int) -> tuple[int, list[int]]:
    """Return the horizon to learn shapes from, and the cuts to learn them at."""
    shorter = [days for days in SHORT_HORIZONS if days < horizon]
    for days in (horizon, *shorter):
        latest = cut - days
        cuts = [latest - STEP * step for step in range(N_LESSONS)]
        cuts = [earlier for earlier in cuts if past.can_teach(earlier)]
        if cuts:
            return days, cuts
    return horizon, []


def expected_misses(past: Past, cut: int, horizon: int) -> tuple[Misses, str]:
    """Return the error of BG/NBD to expect, and what that rests on."""
    first = past.days.first_day
    year_ago = cut - YEAR
    if (
        year_ago - first >= 2 * horizon
        and year_ago + horizon <= cut
        and past.can_teach(year_ago)
    ):
        return _limited(past.misses(year_ago, horizon)), "year"
    latest = cut - horizon
    cuts = [c for c in range(latest, first, -STEP) if past.can_teach(c)]
    if not cuts:
        return Misses(0.0, 0.0, 0.0), "belief"
    horizons = 1 + (cuts[0] - cuts[-1]) // horizon
    seen = [past.misses(c, horizon) for c in cuts]
    names = ("probability", "days", "spend")
    means = {
        name: shrunk_mean([getattr(one, name) for one in seen], horizons=horizons)
        for name in names
    }
    return Misses(**means), "past"


def _limited(misses: Misses) -> Misses:
    limits = {
        name: float(np.clip(value, -0.7, 0.7)) for name, value in vars(misses).items()
    }
    return Misses(**limits)
