"""Write llms.txt, the table of contents for assistants, from the YAML of the marts.

python -m tests.write_llms
"""

import re
from pathlib import Path

import yaml

__all__ = ["llms_text"]

PROJECT = Path(__file__).parents[1]
HEAD = """\
# Customer segments

> A dbt project on DuckDB with a Python package: from a file of customers or orders to
> segments that keep their keys, with evidence, forecasts that were tested, and campaign
> decisions in money. All figures are tables; nothing is computed in an answer.

Before any figure: which mart answers which question, and what must not be said, is in
[the skill](skills/customer-segments/SKILL.md). No forecast where there is none
(`customer_value.is_estimate`). Caveats go with the figures that they are about. Who is
held out (`campaign_targets.is_holdout`) is never contacted. An empty relation says why
in `published_relations.why_empty`.

- [Skill](skills/customer-segments/SKILL.md): questions, marts, what must not be said
- `segments mcp` (extra `mcp`) serves the published file over the Model Context
  Protocol, as tools that only read and carry their caveats

## Marts

Read `output/<input>/segments.duckdb`, schema `marts`, read-only. What a row is:
`published_relations.grain`; what a column is: its comment.
"""


def llms_text() -> str:
    """Return the text, with every mart and the first sentence of its description."""
    lines = [HEAD]
    for folder in sorted((PROJECT / "models" / "marts").iterdir()):
        lines.append(f"### {folder.name.capitalize()}\n")
        described = {
            model["name"]: " ".join(model["description"].split("```")[0].split())
            for file in sorted(folder.glob("*.yml"))
            for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
        }
        for name in sorted(described):
            said = re.sub(r"(?<=\w)- (?=\w)", "-", described[name])  # cut by YAML
            first = re.match(r".*?[.](?= |$)", said)
            lines.append(f"- `{name}`: {first[0] if first else said}")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    (PROJECT / "llms.txt").write_text(llms_text(), "utf-8")
