"""What a first build takes longest to load, loaded while dbt reads the project."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from segmentation.warehouse.locks import lock_file
from segmentation.warehouse.workers import ahead

__all__ = ["begin_first_build", "in_turn"]

LEARNING = (
    "segmentation.segments.sample_fit",
    "segmentation.campaign.fitting",
    "segmentation.evidence.comparison",
    "segmentation.evidence.embedding",
)


def begin_first_build(kept: Path) -> None:
    """Load what learns into the processes that fit, and put Vega together.

    Parameters
    ----------
    kept : Path
        The folder where the dashboard looks for Vega.
    """
    # once for each of two processes: whoever is free takes the next
    calls = (_load_learning, _load_learning, partial(_put_together, kept))
    ahead(*(partial(in_turn, kept / "ahead.lock", call) for call in calls))


def in_turn(lock: Path, call: Callable[[], None]) -> None:
    """Call while no other process does, so that of two processors dbt has one.

    Parameters
    ----------
    lock : Path
        The same for all that take turns.
    call : callable
    """
    with lock_file(lock, "Others are loading.", seconds=-1):
        call()


def _load_learning() -> None:
    for module in LEARNING:
        import_module(module)


def _put_together(kept: Path) -> None:
    from segmentation.publishing.dashboard.draw import kept_vega

    kept_vega(kept)
