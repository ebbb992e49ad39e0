"""The style of what people read: pages, descriptions of tables, messages.

Spelling by codespell; below, words that say nothing or puzzle, and sentences that are
too long. Run as ``python -m tests.lint_words``, which ``make lint`` does.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

PROJECT = Path(__file__).parents[1]
MOST_WORDS = 40  # between two stops; the decisions and the changelog are lists
LISTS = {"CHANGELOG.md", "DECISIONS.md"}
SPELLED = (
    "*.md", "docs/*.md", "data/*/*.md", "models", "macros", "handbook", "samples",
    "segmentation", "python_models", "dbt_project.yml", "mkdocs.yml", "Makefile",
)  # fmt: skip
# what to say instead; None: leave it out
WORDS = {
    "just": None,
    "simply": None,
    "obviously": None,
    "of course": None,
    "please": None,
    "easily": None,
    "basically": None,
    "actually": None,
    "(?<!the )(?<!this )very": None,  # "this very file" is meant
    "powerful": None,
    "seamless(?:ly)?": None,
    "cutting[- ]edge": None,
    "state[- ]of[- ]the[- ]art": None,
    "world[- ]class": None,
    "blazing(?:ly)?": None,
    "note that": None,
    "in order to": "to",
    "utili[sz]e[sd]?": "use",
    "leverag(?:e|es|ed|ing)": "use",
    "prior to": "before",
    "whilst": "while",
    "thus": "so",
    "thereby": "so",
    "herein": "here",
    "aforementioned": "the name of it",
    "aka": "called",
    "e\\.g\\.": "such as",
    "i\\.e\\.": "that is",
    "functionality": "what it does",
    "click here": "the name of the page",
    "TODO": None,
    "/(?:home|users)/": "a path of the reader's",
}
CODE = re.compile(r"^```.*?^```|^(?:    |\|).*?$|`[^`\n]*`|\]\([^)]*\)", re.M | re.S)
PARTS = re.compile(r"\n\s*\n|\n(?=\s*[-*] |\s*\d+\. |#|<)")
STOP = re.compile(r"(?<=[.?!:;])[\"')*]*\s+")


def faults(place: str, text: str, *, most_words: int = MOST_WORDS) -> list[str]:
    """Return what is wrong with a text in Markdown, code aside.

    Examples
    --------
    >>> faults("page", "It simply works, in order to `utilize` it.")
    ['page: "simply" says nothing', 'page: "in order to" is "to"']
    """
    found = []
    prose = CODE.sub(lambda code: "\n" if "\n" in code[0] else " x ", text)
    for word, instead in WORDS.items():
        pattern = word if word.startswith("/") else rf"(?<![\w/]){word}(?!\w)"
        for use in re.finditer(pattern, prose, re.IGNORECASE):
            says = f'is "{instead}"' if instead else "says nothing"
            found.append(f'{place}: "{use[0]}" {says}')
    for part in PARTS.split(prose):
        for sentence in STOP.split(" ".join(part.split())):
            words = len(sentence.split())
            if words > most_words:
                found.append(
                    f'{place}: {words} words without a stop: "{sentence[:70]}…"'
                )
    return found


def texts() -> Iterator[tuple[str, str, int]]:
    """Yield all texts with their place and the most words of a sentence."""
    pages = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")]
    for page in sorted([*pages, *PROJECT.glob("models/*.md")]):
        most = 1000 if page.name in LISTS else MOST_WORDS
        yield str(page.relative_to(PROJECT)), page.read_text("utf-8"), most
    for file in sorted(PROJECT.glob("models/marts/**/*.yml")):
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", []):
            yield model["name"], re.sub("(?m)^  ", "", model["description"]), MOST_WORDS
            for column in model.get("columns", []):
                place = f"{model['name']}.{column['name']}"
                yield place, column.get("description", ""), MOST_WORDS
    for file in sorted(PROJECT.glob("segmentation/**/*.py")):
        for line, text in messages(ast.parse(file.read_text("utf-8"))):
            yield f"{file.relative_to(PROJECT)}:{line}", text, MOST_WORDS


def messages(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the literal words of every UserError, and every help of a command."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        said = call.args if name == "UserError" else []
        said = [*said, *(k.value for k in call.keywords if k.arg in WORDS_OF_HELP)]
        for argument in said:
            words = [
                part.value
                for part in ast.walk(argument)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            yield call.lineno, " ".join(words)


WORDS_OF_HELP = {"help", "description", "epilog"}


def misspelled() -> list[str]:
    """Return what codespell says, with the place."""
    files = sorted({str(f) for pattern in SPELLED for f in PROJECT.glob(pattern)})
    codespell = Path(sys.executable).parent / "codespell"
    done = subprocess.run(
        [codespell, *files], cwd=PROJECT, capture_output=True, text=True
    )
    return [line.replace(f"{PROJECT}/", "") for line in done.stdout.splitlines()]


def main() -> None:
    """End with all faults, or say that there are none."""
    found = misspelled()
    for place, text, most in texts():
        found += faults(place, text, most_words=most)
    if found:
        sys.exit("\n".join(found))
    print("The words are in order.")


if __name__ == "__main__":
    main()
