"""The commands that README and docs tell people to type, found in their Markdown."""

import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PROGRAMS = (
    "segments|make|dbt|python|pip|pipx|uv|uvx|pytest|ruff|sqlfluff|duckdb|harlequin"
    "|marimo|npm|superset|git|cd|mkdir|cp|alias|export|source|docker|apt-get"
    r"|\.venv\S*/bin/\S+|(?:[A-Z_]+=\S+ )+(?:segments|make|dbt|\S+\.sh)"
)
# of a line of a crontab
NIGHT = re.compile(r"(?:[\d*]+ ){5} *")
COMMAND = re.compile(rf"(?:{PROGRAMS})(?:\s|$)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:(?<=\n\n)|\A)((?:    [^\n]*\n|\n)+)")
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
SHELL = {"", "bash", "sh", "shell", "console"}


def pages() -> list[Path]:
    """Return README and all pages but those of what is past or was refused."""
    past = {"CHANGELOG.md", "DECISIONS.md"}
    root = [path for path in PROJECT.glob("*.md") if path.name not in past]
    kept = ("docs/*.md", "models/overview.md", "skills/*/*.md", "data/*/README.md")
    return sorted([*root, *(page for kind in kept for page in PROJECT.glob(kind))])


def command_lines(block: str) -> Iterator[str]:
    """Yield the lines of a block, those that go on joined, comments taken out."""
    for line in block.replace("\\\n", " ").splitlines():
        yield NIGHT.sub("", re.sub(r"(?:^|\s+)(?:#|//)(?: .*|$)", "", line))


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """Yield each block of code with its language; none where it is indented."""
    for fence in FENCE.finditer(page):
        yield fence[1], fence[2]
    for block in INDENTED.finditer(FENCE.sub("\n", page)):
        yield "", re.sub(r"(?m)^    ", "", block[1])


def commands(page: str) -> Iterator[str]:
    """Yield the commands of a page, comments and line breaks taken out."""
    for language, block in blocks(page):
        if language in SHELL:
            for line in command_lines(block):
                yield from _commands_of_a_line(line)
    prose = INDENTED.sub("\n", FENCE.sub("\n", page))
    for found in INLINE.finditer(prose):
        # a name of a program alone is no command
        if " " in found[1]:
            yield from _commands_of_a_line(found[1])


def _commands_of_a_line(line: str) -> Iterator[str]:
    if not COMMAND.match(line):
        return
    for part in re.split(r"\s+&&\s+", line):
        if COMMAND.match(part):
            yield " ".join(part.split())
