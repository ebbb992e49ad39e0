"""What a build takes of dbt's inside, so that it does nothing for nobody or twice."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
import msgpack  # type: ignore[import-untyped]
from dbt.adapters.factory import get_adapter_by_type
from dbt.version import __version__
from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from jinja2.bccache import Bucket

from segmentation.warehouse.files import written_whole

__all__ = [
    "HeardEvents",
    "broken_claims",
    "kept_templates",
    "last_manifest",
    "late_messages",
]


@contextmanager
def kept_templates(file: Path) -> Iterator[None]:
    """Compile a template of dbt's once, not in every build, which has a thousand."""
    cache = _KeptTemplates(file)
    environments: Any = MacroFuzzEnvironment
    compiled = environments.compile

    def compile_once(environment: Any, source: Any, *others: Any) -> CodeType:
        made_by = (type(environment).__name__, jinja2.__version__, __version__)
        bucket = cache.get_bucket(environment, f"{made_by}{source}", None, source)
        if bucket.code is None:
            bucket.code = compiled(environment, source, *others)
            cache.set_bucket(bucket)
        return bucket.code

    environments.compile = compile_once
    try:
        yield
    finally:
        environments.compile = compiled
    cache.write()


class _KeptTemplates(jinja2.BytecodeCache):
    """One file, as thousands of small ones cost more than they spare."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.known: dict[str, bytes] = {}
        with suppress(FileNotFoundError, ValueError):  # what is no whole file
            self.known = msgpack.unpackb(file.read_bytes())
        self.is_written = True

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()
        self.is_written = False

    def write(self) -> None:
        if not self.is_written:
            with written_whole(self.file) as new:
                new.write_bytes(msgpack.packb(self.known))


def late_messages() -> None:
    """Make the message of an event when somebody reads it; most are never read."""
    events: Any = BaseEvent
    make = events.__init__
    if make is _keep_words:
        return

    def message(event: BaseEvent) -> Any:
        words, named = event.__dict__["words"]
        make(event, *words, **named)
        return event.__dict__["pb_msg"]

    late = cached_property(message)
    late.__set_name__(events, "pb_msg")
    events.pb_msg, events.__init__ = late, _keep_words


def _keep_words(event: BaseEvent, *words: Any, **named: Any) -> None:
    event.__dict__["words"] = words, named


class HeardEvents(EventManager):
    """Do not write out what only a log of everything would hold.

    A node says some fifteen such things.
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
