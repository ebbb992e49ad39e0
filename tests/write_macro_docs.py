"""Write what dbt's documentation says of macros from the comments before them.

python -m tests.write_macro_docs

A macro's own comment stands right before it; without one, that of its file counts.
"""

import json
import re
import textwrap
from pathlib import Path

__all__ = ["documents"]

PROJECT = Path(__file__).parents[1]
TITLE = "# Written by python -m tests.write_macro_docs from comments of macros.\n"
COMMENT = re.compile(r"\{#-?(.*?)-?#\}", re.DOTALL)
MACRO = re.compile(r"\{%-?\s*(macro|test|materialization)\s+(\w+)")
ENGINES = {"default": "every other engine", "duckdb": "DuckDB", "spark": "Spark"}


def documents() -> dict[Path, str]:
    """Return the text of each file of descriptions, one a folder of macros."""
    folders: dict[Path, list[dict[str, str]]] = {}
    for folder in ("macros", "tests/generic"):
        for path in sorted((PROJECT / folder).rglob("*.sql")):
            # dbt reads descriptions of macros below macros/ alone
            place = path.parent if folder == "macros" else PROJECT / "macros"
            folders.setdefault(place, []).extend(_described(path.read_text("utf-8")))
    return {
        folder / "_macros.yml": TITLE + _yaml(sorted(rows, key=lambda r: r["name"]))
        for folder, rows in folders.items()
    }


def _described(source: str) -> list[dict[str, str]]:
    (first,) = COMMENT.findall(source)[:1]
    rows = []
    for found in MACRO.finditer(source):
        kind, name = found.groups()
        if kind == "materialization":
            continue
        before = source[: found.start()].rstrip()
        own = before.rpartition("{#")[2] if before.endswith("#}") else first
        words = textwrap.dedent("  " + own.strip().strip("-#}").strip())
        engine, _, of = name.rpartition("__")
        if engine:
            words = f"`{of}` on {ENGINES[engine]}."
        rows.append(
            {"name": f"test_{name}" if kind == "test" else name, "description": words}
        )
    return rows


def _yaml(rows: list[dict[str, str]]) -> str:
    lines = ["macros:"]
    for row in rows:
        first, *more = _raw(row["description"])
        lines += [f"  - name: {row['name']}"]
        if not more:
            lines += [f"    description: {json.dumps(first, ensure_ascii=False)}"]
            continue
        lines += ["    description: |-"]
        lines += [" " * 6 + line if line else "" for line in (first, *more)]
    return "\n".join(lines) + "\n"


def _raw(words: str) -> list[str]:
    """Return the lines of words in which dbt is to read no Jinja."""
    lines = words.splitlines()
    is_jinja = "{%" in words or "{{" in words
    return ["{% raw %}", *lines, "{% endraw %}"] if is_jinja else lines


def main() -> None:
    """Write the files."""
    for path, text in documents().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
