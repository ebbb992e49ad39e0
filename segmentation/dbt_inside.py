"""What a build takes of dbt's inside, so that it does nothing for nobody or twice."""

from typing import Any

from dbt.adapters.factory import get_adapter_by_type
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

__all__ = ["HeardEvents", "broken_claims", "last_manifest"]


class HeardEvents(EventManager):
    """Do not write out what only a log of everything would hold.

    A node says some fifteen such things, and each is made into a message before dbt
    asks whether anybody listens.
    """

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """Pass an event on, unless it is for debugging and no log is."""
        is_for_debugging = (level or e.level_tag()) == EventLevel.DEBUG
        if is_for_debugging and not any(
            logger.level == EventLevel.DEBUG for logger in self.loggers
        ):
            return
        super().fire_event(e, level, node, force_warn_or_error_handling)


def last_manifest() -> Any:
    """Return the project as the last command of dbt in this process has read it."""
    adapter: Any = get_adapter_by_type("duckdb")  # type: ignore[no-untyped-call]
    return adapter.get_macro_resolver()


def broken_claims(test: Any) -> str:
    """Return which claims of a test of several are not true, "" for another test."""
    metadata = getattr(test, "test_metadata", None)
    if metadata is None or metadata.name != "invariants":
        return ""
    adapter: Any = get_adapter_by_type("duckdb")  # type: ignore[no-untyped-call]
    with adapter.connection_named("broken_claims"):
        _, claims = adapter.execute(test.compiled_code, fetch=True)
    return "; ".join(
        f"it is not true that {claim} ({count:,} row{'s' if count != 1 else ''})"
        for claim, count in claims.rows
    )
