"""The reference of the marts, made from their YAML so that nothing is written twice."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["Mart", "as_pages", "read_marts", "read_overview"]

DOCS_BLOCK = re.compile(r"{%\s*docs (\w+)\s*%}(.*?){%\s*enddocs\s*%}", re.DOTALL)
DOC = re.compile(r"{{\s*doc\('(\w+)'\)\s*}}")
LINK_IN_DBT = re.compile(r"\(#!/model/model\.segmentation\.(\w+)\)")
TITLES = {
    "segments": "Segments",
    "customers": "Customers",
    "audiences": "Lists for other tools",
    "buying": "What they buy",
    "campaign": "Campaign",
    "value": "Value and risk",
    "history": "History",
    "evidence": "Evidence",
    "versions": "Versions and drift",
    "quality": "What happened to the file",
    "exploration": "Exploration",
}


@dataclass(frozen=True)
class Mart:
    """A mart as its YAML describes it.

    Attributes
    ----------
    area : str
        Folder below ``models/marts``.
    description : str
        Markdown, with an example query and the primary key.
    columns : tuple of tuple
        Name, type and description of each column.
    """

    name: str
    area: str
    description: str
    columns: tuple[tuple[str, str, str], ...]


def read_marts(project: Path) -> list[Mart]:
    """Return all marts, by name.

    Parameters
    ----------
    project : Path
        Root of the project.
    """
    blocks = _docs_blocks(project)

    def written_out(text: str) -> str:
        return DOC.sub(lambda found: blocks[found[1]], text)

    return [
        Mart(
            model["name"],
            file.parent.name,
            # dbt's folded texts keep the indentation of what is a block
            re.sub(r"(?m)^  ", "", written_out(model["description"])).strip(),
            tuple(
                (
                    column["name"],
                    column.get("data_type", ""),
                    " ".join(written_out(column.get("description", "")).split()),
                )
                for column in model.get("columns", [])
            ),
        )
        for file in sorted((project / "models" / "marts").rglob("*.yml"))
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", [])
    ]


def read_overview(project: Path, marts: list[Mart]) -> str:
    """Return the questions and words that dbt's documentation begins with.

    Its links are to the pages of `as_pages`.
    """
    place = {mart.name: f"{mart.area}.md#{mart.name}" for mart in marts}
    text = _docs_blocks(project)["__overview__"]
    text = LINK_IN_DBT.sub(lambda found: f"({place[found[1]]})", text)
    text = text[text.index("## Which question") :]
    # where to look in dbt's page
    return re.sub(r"(?m)^Under \*Exposures\*.*\n\n", "", text)


def as_pages(project: Path) -> dict[str, str]:
    """Return the Markdown of each page of the reference by its path in the site."""
    marts = read_marts(project)
    unknown = {mart.area for mart in marts} - TITLES.keys()
    if unknown:
        raise ValueError(f"handbook.marts has no title for {sorted(unknown)}.")
    pages = {
        f"marts/{area}.md": "\n\n".join(
            [f"# {title}", *(_as_section(m) for m in marts if m.area == area)]
        )
        for area, title in TITLES.items()
    }
    every = "\n".join(
        f"| [{mart.name}]({mart.area}.md#{mart.name}) | {_first_sentence(mart)} |"
        for mart in sorted(marts, key=lambda mart: mart.name)
    )
    pages["marts/index.md"] = (
        "# Marts\n\nTables of the schema `marts`, in the published file as in the "
        "warehouse. Their columns, types and keys are a contract.\n\n"
        f"{read_overview(project, marts)}\n\n"
        f"## All marts\n\n| mart | what |\n| --- | --- |\n{every}\n"
    )
    return pages


def _docs_blocks(project: Path) -> dict[str, str]:
    return {
        name: text.strip()
        for file in sorted((project / "models").rglob("*.md"))
        for name, text in DOCS_BLOCK.findall(file.read_text("utf-8"))
    }


def _as_section(mart: Mart) -> str:
    section = f"## {mart.name}\n\n{mart.description}"
    if not mart.columns:
        return section
    rows = "\n".join(
        f"| `{name}` | {kind} | {_in_a_cell(what)} |"
        for name, kind, what in mart.columns
    )
    return f"{section}\n\n| column | type | what |\n| --- | --- | --- |\n{rows}"


def _first_sentence(mart: Mart) -> str:
    first = " ".join(mart.description.split("```")[0].split())
    return _in_a_cell(re.split(r"(?<=[.:;]) ", first)[0])


def _in_a_cell(text: str) -> str:
    return text.replace("|", r"\|")
