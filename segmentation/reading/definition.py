"""The definition of an input as text that YAML reads back."""

import json
import re
from dataclasses import dataclass, field

__all__ = ["Draft", "Proposal", "printable", "query_file", "yaml_scalar"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# outside the characters that YAML prints; half a surrogate pair is no text at all
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
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
            f"# {printable(line)}".rstrip() + "\n" for line in said
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
        self.lines.append(f"{text}  # {printable(why)}" if why else text)

    def choose(
        self, depth: int, what: str, choices: list[tuple[str, str, str]]
    ) -> None:
        """Add the choices of what cannot be told."""
        self.decisions += 1
        self.lines.append(
            f"{'  ' * depth}# DECIDE {printable(what)}: uncomment one line"
        )
        for key, value, why in choices:
            line = f"# {yaml_scalar(key)}: {value}  # {printable(why)}"
            self.lines.append(f"{'  ' * depth}{line}")


def yaml_scalar(text: str) -> str:
    """Return a text as YAML reads it back, in quotes where it needs them."""
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS:
        return text
    # JSON lets characters stand that YAML does not
    return _UNPRINTABLE.sub(_escaped, json.dumps(text, ensure_ascii=False))


def printable(text: str) -> str:
    r"""Return a text for a comment or a terminal: control characters as their codes.

    Examples
    --------
    >>> print(printable("a\x01b"))
    a\u0001b
    """
    return _UNPRINTABLE.sub(_escaped, text)


def _escaped(found: re.Match) -> str:
    return f"\\u{ord(found[0]):04x}"
