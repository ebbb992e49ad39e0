"""Write the definition of an input into dbt_project.yml; all else stays."""

import os
import shutil
import stat
import textwrap
from pathlib import Path
from typing import Any

import yaml

from segmentation.reading.definition import Proposal, query_file
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.locks import lock_file

__all__ = ["project_settings", "read_project", "write_definition"]

_LAID_OUT = (
    "{file} is not laid out as expected, so nothing was written; put the lines above "
    "under vars: inputs: (of segmentation:, where there is one) yourself."
)
# others that write at the same time are done long before
_SECONDS_WAITED = 30.0
# libyaml's, where PyYAML was built with it: a tenth of the time
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# below it are our vars in a project that has this one as a package
_PACKAGE = "segmentation"


def read_project(project_file: Path) -> dict[str, Any]:
    """Return what a dbt_project.yml says.

    Raises
    ------
    UserError
        If the file is no YAML, or has no keys.
    """
    return _parsed(project_file, project_file.read_bytes())


def project_settings(project_file: Path) -> dict[str, Any]:
    """Return the vars of a dbt project, with `inputs` and `default_input` in them.

    Those of a project that has this one as a package may be below the package's name.

    Raises
    ------
    UserError
        If the file is no YAML, or not of that shape.
    """
    own = read_project(project_file).get("vars")
    own = {} if own is None else own
    if not isinstance(own, dict):
        raise UserError(f"In {project_file.name}, vars has to be names with values.")
    if isinstance(own.get(_PACKAGE), dict):
        own = {**own, **own[_PACKAGE]}
    inputs = own.get("inputs")
    inputs = {} if inputs is None else inputs
    if not isinstance(inputs, dict):
        raise UserError(
            f"In {project_file.name}, vars: inputs has to be names with definitions."
        )
    return {**own, "inputs": inputs, "default_input": str(own.get("default_input", ""))}


def write_definition(project_file: Path, proposal: Proposal) -> None:
    """Put a definition under ``vars: inputs:`` and leave everything else as it is.

    Parameters
    ----------
    project_file : Path
        The dbt_project.yml. A link stays one, line ends and permissions stay.
    proposal : Proposal

    Raises
    ------
    UserError
        If there is an input of that name, another query of that name, no place for
        one, or the file is read-only.
    """
    file = project_file.resolve()
    if not file.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise UserError(
            f"{file} is read-only, so nothing was written; put the lines above under "
            "vars: inputs: yourself, or make it writable."
        )
    busy = f"Another program is writing {file}; try again."
    with lock_file(file.with_name(f".{file.name}.lock"), busy, seconds=_SECONDS_WAITED):
        before = file.read_bytes()
        settings = project_settings(file)
        if _PACKAGE in settings:  # what stands above it would not be read
            raise UserError(_LAID_OUT.format(file=file.name))
        if proposal.name in map(str, settings["inputs"]):
            raise UserError(
                f"{file.name} already has an input called {proposal.name}; give "
                "another name with --name, or remove that one first."
            )
        after = _with_definition(before.decode("utf-8"), proposal.definition)
        if not _is_added(file, before, after, proposal.name):
            raise UserError(_LAID_OUT.format(file=file.name))
        if proposal.query:
            _write_query(file.parent / query_file(proposal.name), proposal.query)
        _replace(file, after.encode("utf-8"))


def _write_query(file: Path, query: str) -> None:
    """Write the query of an input, unless another one stands there."""
    if file.exists() and file.read_text("utf-8") != query:
        raise UserError(
            f"{file} is another query; give another name with --name, or remove it."
        )
    file.parent.mkdir(exist_ok=True)
    file.write_text(query, "utf-8")


def _parsed(project_file: Path, content: bytes) -> dict[str, Any]:
    try:
        settings = yaml.load(content.decode("utf-8"), Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        what = getattr(error, "problem", None) or "it is not UTF-8 text"
        raise UserError(
            f"{project_file.name} is not valid YAML{where}: {what}; correct it first."
        ) from None
    if not isinstance(settings, dict):
        raise UserError(f"{project_file.name} is no dbt project; it has no keys.")
    return settings


def _with_definition(text: str, definition: str) -> str:
    """Return the text with a definition behind the last input, as far as it can be."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    root = yaml.compose(text.replace("\r\n", "\n"))
    own = _value(root, "vars")
    inputs = _value(own[1], "inputs") if own else None
    if own is None:
        where = _last_line(lines, len(lines), -1)
        block = ["vars:", "  inputs:", *_indented(definition, 4)]
    elif inputs is None:
        where = own[0].start_mark.line + 1
        depth = _depth(own[1], own[0].start_mark.column + 2)
        _open(lines, own)
        block = [f"{' ' * depth}inputs:", *_indented(definition, depth + 2)]
    else:
        key = inputs[0].start_mark
        _open(lines, inputs)
        depth = _depth(inputs[1], key.column + 2)
        where = _last_line(lines, key.line + 1, key.column)
        block = _indented(definition, depth)
    lines[where:where] = block
    return end.join(lines)


def _value(node: Any, key: str) -> tuple[Any, Any] | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((pair for pair in node.value if pair[0].value == key), None)


def _depth(node: Any, default: int) -> int:
    """Return how far the entries of a mapping are indented."""
    is_block = isinstance(node, yaml.MappingNode) and node.value and not node.flow_style
    return node.value[0][0].start_mark.column if is_block else default


def _open(lines: list[str], pair: tuple[Any, Any]) -> None:
    """Take away the braces of an empty mapping, so that lines can follow."""
    key, value = pair
    number = key.start_mark.line
    is_empty = isinstance(value, yaml.MappingNode) and not value.value
    if is_empty and value.start_mark.line == value.end_mark.line == number:
        line, mark = lines[number], value.start_mark.column
        lines[number] = f"{line[:mark].rstrip()}{line[value.end_mark.column :]}"


def _last_line(lines: list[str], start: int, column: int) -> int:
    """Return where a block ends whose key stands at a column: behind its last line."""
    end = start
    if column < 0:
        return max((i + 1 for i, line in enumerate(lines) if line.strip()), default=0)
    for number in range(start, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
            break
        if line.strip():
            end = number + 1
    return end


def _indented(definition: str, depth: int) -> list[str]:
    text = textwrap.indent(textwrap.dedent(definition), " " * depth)
    return text.rstrip("\n").split("\n")


def _is_added(file: Path, before: bytes, after: str, name: str) -> bool:
    """Return whether nothing but the new input is different."""
    try:
        old, new = _parsed(file, before), _parsed(file, after.encode("utf-8"))
        own = dict(new["vars"])
        inputs = dict(own["inputs"])
        inputs.pop(name)
    except (UserError, KeyError, TypeError, ValueError):
        return False
    earlier = dict(old.get("vars") or {})
    known = earlier.pop("inputs", None) or {}
    own.pop("inputs")
    rest = [{key: v for key, v in d.items() if key != "vars"} for d in (old, new)]
    return inputs == known and own == earlier and rest[0] == rest[1]


def _replace(file: Path, content: bytes) -> None:
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        new.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        new.write_bytes(content)
        shutil.copymode(file, new)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
