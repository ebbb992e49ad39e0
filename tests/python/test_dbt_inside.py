"""What a build takes of dbt's inside."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace

import mashumaro.jsonschema.schema
import parsedatetime
import pytest
from dbt.artifacts.resources import ModelConfig, TestConfig
from dbt.context.macros import MacroNamespaceBuilder
from dbt.contracts.graph.unparsed import UnparsedModelUpdate, UnparsedUnitTest
from dbt.contracts.project import Project
from dbt.exceptions import PackageNotFoundForMacroError
from dbt_common.clients.jinja import get_environment
from dbt_common.events.base_types import EventLevel
from dbt_common.events.functions import LoggerConfig
from dbt_common.events.types import Note
from dbt_common.utils.encoding import JSONEncoder
from mashumaro.jsonschema import build_json_schema

from segmentation.dbt_inside import (
    HeardEvents,
    kept_templates,
    late_messages,
    light_contexts,
    one_reader_of_times,
    plain_defaults,
    written_at_once,
)

dbts_own_namespace = MacroNamespaceBuilder.build_namespace
dbts_own_default = mashumaro.jsonschema.schema._default
dbts_own_iterencode = JSONEncoder.iterencode


@pytest.mark.parametrize(
    ("log", "heard"),
    [
        (EventLevel.INFO, ["for all", "in doubt"]),
        (EventLevel.DEBUG, ["for all", "for nobody", "in doubt"]),
    ],
)
def test_what_is_for_debugging_is_told_only_where_a_log_takes_it(log, heard, tmp_path):
    events = HeardEvents()
    file = LoggerConfig(
        name="of_this_test", level=log, output_file_name=str(tmp_path / "dbt.log")
    )
    events.add_logger(file)
    told = []
    events.add_callback(lambda event: told.append(event.data.msg))

    events.fire_event(Note(msg="for all"), EventLevel.INFO)
    events.fire_event(Note(msg="for nobody"), EventLevel.DEBUG)
    events.fire_event(Note(msg="in doubt"), EventLevel.WARN)

    assert told == heard


def test_a_message_is_made_when_it_is_read():
    late_messages()
    event = Note(msg=7)
    assert "pb_msg" not in vars(event)
    assert (event.msg, event.message()) == ("7", "7")
    with pytest.raises(AttributeError):
        event.unknown  # noqa: B018


def test_a_template_is_compiled_once_for_each_kind(tmp_path, monkeypatch):
    file = tmp_path / "target" / "templates.msgpack"
    texts, values = get_environment(None), get_environment(None, native=True)
    source = "{{ [1, 2][number] }}"

    def rendered():
        with kept_templates(file):
            kinds = (texts.from_string(source), values.from_string(source))
        return [kind.render({"number": 1}) for kind in kinds]

    assert rendered() == rendered() == ["2", 2]
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])  # as a full disk leaves it
    assert rendered() == ["2", 2]
    assert file.read_bytes() == whole
    with monkeypatch.context() as patch:
        patch.setattr(type(texts), "_generate", None)  # what lies there is taken
        assert rendered() == ["2", 2]
        with pytest.raises(Exception, match="not callable"):
            texts.from_string(source)  # afterwards nothing is


def test_a_node_sees_the_macros_that_dbt_shows_it(monkeypatch):
    # each name of some packages, so that every precedence is tried
    packages = {
        package: {
            name: SimpleNamespace(
                name=name, package_name=package, unique_id=f"{package}.{name}"
            )
            for name in names.split()
        }
        for package, names in {
            "dbt": "all inside builtin of_dbt",
            "dbt_duckdb": "all inside builtin",
            "ours": "all root node_and_root",
            "others": "all node_and_root alone",
        }.items()
    }

    def seen_from(package):
        builder = MacroNamespaceBuilder(
            "ours", package, "stack", ["dbt_duckdb", "dbt"], "node"
        )
        return builder.build_namespace(packages, context)

    def parts(generator):
        return generator and [
            getattr(generator, name) for name in ("macro", "context", "node", "stack")
        ]

    def names(namespace):
        return {
            name: names(found) if isinstance(found, dict) else parts(found)
            for name, found in {name: namespace[name] for name in namespace}.items()
        }

    context = {"this": 1}
    for package in ("ours", "others"):
        with monkeypatch.context() as patch:
            patch.setattr(MacroNamespaceBuilder, "build_namespace", dbts_own_namespace)
            own = seen_from(package)
        light_contexts()
        light = seen_from(package)
        assert type(light) is not type(own)
        assert names(light) == names(own)
        for place in (None, "dbt", "ours", "others"):
            for name in ("all", "inside", "alone", "unknown"):
                one, other = (n.get_from_package(place, name) for n in (light, own))
                assert parts(one) == parts(other)
        for unknown in ("dbt_duckdb", "elsewhere"):
            with pytest.raises(PackageNotFoundForMacroError):
                light.get_from_package(unknown, "all")


def test_what_reads_times_is_made_once():
    one_reader_of_times()
    one_reader_of_times()
    assert parsedatetime.Constants(localeID=None) is parsedatetime.Constants(
        localeID=None
    )


@pytest.mark.parametrize(
    "kind", [ModelConfig, TestConfig, Project, UnparsedModelUpdate, UnparsedUnitTest]
)
def test_what_a_file_may_hold_is_checked_as_dbt_checks_it(kind, monkeypatch):
    schemas = mashumaro.jsonschema.schema
    with monkeypatch.context() as patch:
        patch.setattr(schemas, "_default", dbts_own_default)
        own = build_json_schema(kind).to_dict()
        plain_defaults()
        assert schemas._default is not dbts_own_default
        once = schemas._default
        plain_defaults()
        assert schemas._default is once
        assert build_json_schema(kind).to_dict() == own


def test_files_of_json_are_the_same_written_at_once(monkeypatch):
    what = {
        "é": [1.5, Decimal("0.10"), None, True, date(2026, 11, 28)],
        2: {"nested": ({}, [], "\u2028")},
    }

    def written():
        file = StringIO()
        json.dump(what, file, cls=JSONEncoder)
        return file.getvalue(), json.dumps(what, cls=JSONEncoder)

    with monkeypatch.context() as patch:
        patch.setattr(JSONEncoder, "iterencode", dbts_own_iterencode)
        own = written()
        written_at_once()
        assert JSONEncoder.iterencode is not dbts_own_iterencode
        assert written() == own
