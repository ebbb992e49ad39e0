"""Write the definition of an input into dbt_project.yml."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from segmentation.warehouse.errors import UserError
from segmentation.warehouse.files import written_whole

__all__ = ["Draft", "Proposal", "query_file", "write_definition", "yaml_scalar"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_YAML_WORDS = {"yes", "no", "true", "false", "null", "on", "off", "y", "n"}


@dataclass
class Proposal:
    """A definition as text, and remarks on it.

    Attributes
    ----------
    name : str
    definition : str
        YAML of the input, as it stands below ``vars: inputs:``.
    remarks : list of str
        What is missing, doubtful or left out.
    decisions : int
        Choices that have to be made before it can be built.
    query : str
        Where the input is a query over several tables, its text.
    """

    name: str
    definition: str
    remarks: list[str] = field(default_factory=list)
    decisions: int = 0
    query: str = ""

    @property
    def text(self) -> str:
        """The definition with the remarks as comments: YAML as a whole."""
        said = [*self.remarks]
        if self.query:
            said += ["", f"{query_file(self.name)}:", *self.query.splitlines()]
        return f"{self.definition}\n" + "".join(
            f"# {line}".rstrip() + "\n" for line in said
        )


def query_file(name: str) -> str:
    """Return where the query of an input stands.

    Examples
    --------
    >>> query_file("olist")
    'inputs/olist.sql'
    """
    return f"inputs/{name}.sql"


class Draft:
    """Lines of a definition while it is written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.remarks: list[str] = []
        self.decisions = 0

    def say(self, depth: int, key: str, value: str = "", why: str = "") -> None:
        """Add a line: a key, its value and why."""
        text = f"{'  ' * depth}{yaml_scalar(key)}:{' ' + value if value else ''}"
        self.lines.append(f"{text}  # {why}" if why else text)

    def choose(
        self, depth: int, what: str, choices: list[tuple[str, str, str]]
    ) -> None:
        """Add the choices of what cannot be told."""
        self.decisions += 1
        self.lines.append(f"{'  ' * depth}# DECIDE {what}: uncomment one line")
        for key, value, why in choices:
            self.lines.append(f"{'  ' * depth}# {yaml_scalar(key)}: {value}  # {why}")


def write_definition(project_file: Path, proposal: Proposal) -> None:
    """Put a definition under ``vars: inputs:`` and leave everything else as it is.

    Parameters
    ----------
    project_file : Path
        The dbt_project.yml.
    proposal : Proposal

    Raises
    ------
    UserError
        If there is an input of that name, or no place for one.
    """
    before = project_file.read_text("utf-8")
    known = yaml.safe_load(before)["vars"]["inputs"]
    if proposal.name in known:
        raise UserError(
            f"dbt_project.yml already has an input called {proposal.name}; give "
            "another name with --name, or remove that one first."
        )
    lines = before.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if re.match(r"  inputs:\s", line))
    end = start + 1
    for number in range(start + 1, len(lines)):
        if lines[number].strip() and not lines[number].startswith("   "):
            break
        if lines[number].strip():
            end = number + 1
    lines[end:end] = [proposal.definition]
    after = "".join(lines)
    if set(yaml.safe_load(after)["vars"]["inputs"]) != {*known, proposal.name}:
        raise UserError(
            "dbt_project.yml is not laid out as expected, so nothing was written; put "
            "the lines above under vars: inputs: yourself."
        )
    if proposal.query:
        query = project_file.with_name(query_file(proposal.name))
        query.parent.mkdir(exist_ok=True)
        query.write_text(proposal.query, "utf-8")
    with written_whole(project_file) as new:
        new.write_text(after, "utf-8")


def yaml_scalar(text: str) -> str:
    """Return a text as YAML reads it back, in quotes where it needs them."""
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
