"""Commands, code and tables of README and docs are what the project really takes."""

import ast
import importlib.util
import re
import shlex
from itertools import pairwise

import pytest
import yaml

from handbook.commands import (
    COMMAND,
    PROJECT,
    SHELL,
    blocks,
    command_lines,
    commands,
    pages,
)
from segmentation.cli import _parser

RULES = yaml.safe_load((PROJECT / "handbook" / "commands.yml").read_text("utf-8"))
FOUND = sorted({(p, c) for p in pages() for c in commands(p.read_text("utf-8"))})
COMMANDS = sorted({command for _, command in FOUND})


def ids(value) -> str:
    return str(value)[:60]


@pytest.mark.parametrize("command", COMMANDS, ids=ids)
def test_every_command_is_run_by_a_test_or_it_is_said_why_not(command):
    fits = [rule for rule in RULES if re.fullmatch(rule["command"], command)]
    assert len(fits) == 1, f"{command}: {len(fits)} lines of handbook/commands.yml"
    assert len({"run_by", "why_not"} & fits[0].keys()) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["command"][:60])
def test_every_line_has_its_command_and_its_test(rule):
    assert any(re.fullmatch(rule["command"], command) for command in COMMANDS)
    if "run_by" in rule:
        file, _, name = rule["run_by"].partition("::")
        assert f"def {name}" in (PROJECT / file).read_text("utf-8"), rule["run_by"]


def words_of(command: str) -> list[str]:
    """Return the words of a command without the variables before it."""
    words = shlex.split(command)
    while "=" in words[0]:
        words = words[1:]
    return words


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if "segments " in c.split("'")[0]], ids=ids
)
def test_segments_understands_its_commands(command, capsys):
    program, *words = words_of(command)
    if program != "segments":
        pytest.skip("another program's command")
    words = words[: words.index(">")] if ">" in words else words
    incomplete = {"init", "score", "forget", "backfill", "new"}
    if (words[0] in incomplete and len(words) == 1) or words == ["init", "--write"]:
        words.append("x" if words[0] != "backfill" else "--from=2024-01-31")
    try:
        options, others = _parser().parse_known_args(words)
    except SystemExit as end:
        assert end.code == 0, capsys.readouterr().err
        return
    # what is left goes to dbt, which only a build does
    assert not others or options.command in {"build", "backfill"}
    settings = [word for before, word in pairwise(others) if before == "--vars"]
    known = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["vars"]
    for setting in settings:
        assert yaml.safe_load(setting).keys() <= known.keys()


@pytest.mark.parametrize("command", [c for c in COMMANDS if "make " in c], ids=ids)
def test_make_knows_its_commands(command):
    program, target, *_ = words_of(command)
    assert program == "make"
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    assert re.search(rf"(?m)^{re.escape(target)}:", makefile), target


@pytest.mark.parametrize("command", [c for c in COMMANDS if "python -m" in c], ids=ids)
def test_modules_that_are_run_are_there(command):
    assert importlib.util.find_spec(words_of(command)[2])


@pytest.mark.parametrize("page", pages(), ids=ids)
def test_among_commands_no_line_is_of_an_unknown_program(page):
    for language, block in blocks(page.read_text("utf-8")):
        lines = [line for line in command_lines(block) if line.strip()]
        known = [line for line in lines if COMMAND.match(line)]
        assert language not in SHELL or known in ([], lines)


@pytest.mark.parametrize("page", pages(), ids=ids)
def test_code_of_a_page_can_be_read(page):
    for language, block in blocks(page.read_text("utf-8")):
        if language == "python":
            ast.parse(block)
        if language == "yaml":
            assert yaml.safe_load(block)
        assert language in {
            "",
            "python",
            "yaml",
            "sql",
            "csv",
            "js",
            "toml",
            "json",
            "bash",
        }


def test_inputs_that_commands_name_are_shipped_or_the_readers_own():
    shipped = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    known = {*shipped["vars"]["inputs"], "shop", "sales"}
    for page, command in FOUND:
        for name in re.findall(r"\bINPUT=(\S+)", command):
            assert name in known, (page.name, command)
