"""What a build takes of dbt's inside, so that it does nothing for nobody or twice."""

import hashlib
import json
import marshal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any, cast

import jinja2
import mashumaro.jsonschema.schema
import msgpack  # type: ignore[import-untyped]
import parsedatetime  # type: ignore[import-untyped]
from dbt.adapters.factory import get_adapter_by_type
from dbt.clients.jinja import MacroGenerator
from dbt.context.macros import MacroNamespaceBuilder
from dbt.exceptions import PackageNotFoundForMacroError
from dbt.include.global_project import PROJECT_NAME as DBT
from dbt.version import __version__
from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.utils.encoding import JSONEncoder

from segmentation.warehouse.files import written_whole

__all__ = [
    "HeardEvents",
    "broken_claims",
    "kept_templates",
    "last_manifest",
    "late_messages",
    "light_contexts",
    "lighten",
    "one_reader_of_times",
    "plain_defaults",
    "written_at_once",
]

# whose code it is: that of another interpreter or compiler is another
_VERSIONS = (MAGIC_NUMBER, jinja2.__version__, __version__)
_PLAIN = (type(None), bool, int, str)


@contextmanager
def kept_templates(file: Path) -> Iterator[None]:
    """Compile a template of dbt's once, not in every build, which has a thousand.

    One file, as thousands of small ones cost more than they spare.
    """
    known: dict[str, bytes] = {}
    with suppress(FileNotFoundError, ValueError):  # what is no whole file
        known = msgpack.unpackb(file.read_bytes())
    found = len(known)
    environments: Any = MacroFuzzEnvironment
    compiled = environments.compile

    def compile_once(environment: Any, source: Any, *others: Any) -> CodeType:
        made_by = (*_VERSIONS, type(environment).__name__)
        key = hashlib.sha256(f"{made_by}{source}".encode()).hexdigest()
        if key not in known:
            known[key] = marshal.dumps(compiled(environment, source, *others))
        return cast(CodeType, marshal.loads(known[key]))

    environments.compile = compile_once
    try:
        yield
    finally:
        environments.compile = compiled
    if len(known) > found:
        with written_whole(file) as new:
            new.write_bytes(msgpack.packb(known))


def lighten() -> None:
    """Leave out of dbt, in this process, what nobody notices but the clock."""
    late_messages()
    light_contexts()
    one_reader_of_times()
    plain_defaults()
    written_at_once()


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


def light_contexts() -> None:
    """Show a node a thousand macros without a thousand calls of constructors.

    Every node has two such contexts.
    """
    builder: Any = MacroNamespaceBuilder
    if hasattr(builder, "add_macros"):  # dbt 1.12 does it by itself
        builder.build_namespace = _macros


def one_reader_of_times() -> None:
    """Make what reads times out of texts once; every result of a query has one."""
    if not hasattr(parsedatetime.Constants, "cache_info"):
        parsedatetime.Constants = cache(parsedatetime.Constants)


def plain_defaults() -> None:
    """Take a plain default of a field as it is, without a class made to write it.

    What a file of YAML may hold is checked against thousands of fields.
    """
    schemas: Any = mashumaro.jsonschema.schema
    written = getattr(schemas, "_default", None)  # not every release has it
    if written is None or hasattr(written, "is_plain"):
        return

    def default(kind: Any, value: Any, *settings: Any) -> Any:
        return value if type(value) in _PLAIN else written(kind, value, *settings)

    default.is_plain = True  # type: ignore[attr-defined]
    schemas._default = default


def written_at_once() -> None:
    """Write dbt's files of JSON by Python's encoder in C, and not piece by piece."""
    encoder: Any = JSONEncoder
    encoder.iterencode = _encoded_at_once


def _encoded_at_once(
    encoder: JSONEncoder, what: Any, _one_shot: bool = True
) -> Iterator[str]:
    return json.JSONEncoder.iterencode(encoder, what, _one_shot=True)


class _Macros(dict[str, Any]):
    """All macros that a node sees, by name, and packages of them."""

    def get_from_package(self, package: str | None, name: str) -> Any:
        """Return a macro of one package, or what a node means by its name alone."""
        if package is None:
            return self.get(name)
        if not isinstance(self.get(package), dict):
            raise PackageNotFoundForMacroError(package)
        return self[package].get(name)


def _macros(
    builder: Any, packages: Mapping[str, Mapping[str, Any]], context: dict[str, Any]
) -> _Macros:
    # what all of them see belongs to their class, so that each holds its macro alone
    seen = {"context": context, "node": builder.node, "stack": builder.thread_ctx}
    kind: Any = type("Macro", (MacroGenerator,), seen)

    def made(macro: Any) -> Any:
        generator = object.__new__(kind)
        generator.macro = macro
        return generator

    by_package = {
        package: {name: made(macro) for name, macro in macros.items()}
        for package, macros in packages.items()
    }
    internal: dict[str, Any] = {}
    for package in reversed(builder.internal_package_names_order):
        internal |= by_package.pop(package, {})
    return _Macros(
        internal
        | {DBT: internal}
        | by_package
        | by_package.get(builder.root_package, {})
        | by_package.get(builder.search_package, {})
    )


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
