"""Write what each column of a mart is for into its description in YAML, as `meta`.

python -m tests.write_column_meta

Catalogues and other tools read it there; the rule is segmentation.publishing.columns,
which also writes the published file. Only what the name and the type do not say at once
is written: keys, units of figures, and who somebody is.
"""

import re
from pathlib import Path

import yaml

from segmentation.publishing.columns import column_facts

__all__ = ["documents"]

PROJECT = Path(__file__).parents[1]
META = re.compile(r"^        config: \{meta: \{.*\}\}\n", re.MULTILINE)
COLUMN = re.compile(
    r"^      - name: (\w+)\n(?:        data_type: \S+\n)?(?=        description:)",
    re.MULTILINE,
)


def documents() -> dict[Path, str]:
    """Return the text of each description of marts."""
    return {
        path: _with_meta(path.read_text("utf-8"))
        for path in sorted((PROJECT / "models/marts").rglob("*.yml"))
    }


def _with_meta(text: str) -> str:
    """Return a file of descriptions with the meta that the rule has."""
    plain = META.sub("", text)
    starts = [
        found.start() for found in re.finditer(r"^  - name: ", plain, re.MULTILINE)
    ]
    parts = [
        plain[here:after]
        for here, after in zip([0, *starts], [*starts, len(plain)], strict=True)
    ]
    models = {
        model["name"]: {
            column["name"]: column.get("data_type") or "string"
            for column in model["columns"]
        }
        for model in yaml.safe_load(plain).get("models", [])
    }
    written = []
    for part in parts:
        name = re.match(r"  - name: (\w+)\n    (?!model:)", part)
        if name and name[1] in models and "\n    columns:\n" in part:
            part = _of_model(part, models[name[1]])
        written.append(part)
    return "".join(written)


def _of_model(part: str, columns: dict[str, str]) -> str:
    def line(found: re.Match[str]) -> str:
        meta = _meta(found[1], columns)
        return f"{found[0]}        config: {{meta: {{{meta}}}}}\n" if meta else found[0]

    head, mark, tail = part.partition("\n    columns:\n")
    return head + mark + COLUMN.sub(line, tail)


def _meta(column: str, columns: dict[str, str]) -> str:
    facts = column_facts(column, columns[column], columns)
    said = {
        "role": facts.role if facts.role in ("key", "figure") else None,
        "unit": facts.unit,
        "personal": facts.personal if facts.personal != "behaviour" else None,
    }
    return ", ".join(f"{name}: {value}" for name, value in said.items() if value)


def main() -> None:
    """Write the files."""
    for path, text in documents().items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
