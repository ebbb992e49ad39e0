"""What ruff and sqlfluff do for the rest, for macros: neither reads a file of macros.

Run as ``python -m tests.lint_macros``, which ``make lint`` does.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from dbt_common.clients.jinja import get_environment
from jinja2 import meta, nodes
from jinja2.exceptions import TemplateSyntaxError

PROJECT = Path(__file__).parents[1]
FOLDERS = ("macros", "tests/generic")
MOST_LETTERS = 100  # of a line, as in .sqlfluff
KEYWORDS = (
    r"\b(SELECT|FROM|WHERE|GROUP|ORDER|BY|HAVING|JOIN|INNER|LEFT|OUTER|CROSS|ON|AS|AND|OR"
    r"|NOT|IN|IS|NULL|CASE|WHEN|THEN|ELSE|END|OVER|PARTITION|UNION|ALL|CAST|DISTINCT)\b"
)
# what dbt hands to every macro, and dbt-spark's own macros
CONTEXT = """
    adapter api builtins caller config context dbt dbt_version env_var exceptions
    execute flags fromjson fromyaml graph invocation_id load_result local_md5 log loop
    model modules namespace print project_name ref return results run_started_at schema
    schemas set source sql statement store_result target this tojson toyaml
    try_or_compiler_error var varargs kwargs write zip range dict
    compiled_code pre_hooks post_hooks
    comment_clause file_format_clause persist_constraints selected_resources
"""
TEXT = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*")
HOOKS = ("test_", "generate_", "materialization_")  # called by dbt, by name
PREFIX = "dbt_macro__"  # dbt's extensions put it before the name


def environment():
    """Return dbt's own Jinja, which knows do, test and materialization."""
    return get_environment(None, capture_macros=False)


def defined(tree: nodes.Template) -> dict[str, nodes.Macro]:
    """Return the macros of a file by name."""
    return {
        macro.name.removeprefix(PREFIX): macro for macro in tree.find_all(nodes.Macro)
    }


def names_used(tree: nodes.Node) -> set[str]:
    """Return the names that a piece of Jinja reads, and those that it dispatches."""
    names = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    return names | {
        text.value for text in tree.find_all(nodes.Const) if isinstance(text.value, str)
    }


def sql_of(tree: nodes.Node) -> Iterator[tuple[int, str]]:
    """Yield the SQL between the tags, what stands in quotes left out, with its line."""
    for output in tree.find_all(nodes.TemplateData):
        yield output.lineno, TEXT.sub("''", output.data)


def faults_of_text(source: str) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a file before anything in it is understood."""
    if not source.startswith("{#"):
        yield 1, "the file does not begin with a comment on what it does"
    if not source.endswith("\n") or source.endswith("\n\n"):
        yield source.count("\n") + 1, "the file does not end with one line feed"
    for number, line in enumerate(source.splitlines(), start=1):
        if len(line) > MOST_LETTERS:
            yield (
                number,
                f"the line is longer than {MOST_LETTERS} letters",
            )
        if line != line.rstrip() or "\t" in line:
            yield number, "the line has a tab or ends with blanks"


def faults_of_sql(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield what .sqlfluff refuses in a model and can be told without a parse."""
    for line, sql in sql_of(tree):
        for found in re.findall(KEYWORDS, sql):
            yield line, f"{found} is in capitals"
        if "<>" in sql:
            yield line, "<> is written !="
        if re.search(r"\w::\w", sql):
            yield line, ":: is written cast(… as …)"
        if re.search(r"\n\s*,", sql):
            yield line, "a comma begins a line"


def faults_of_names(
    tree: nodes.Template, macros: set[str], called: set[str], of_dbt: set[str]
) -> Iterator[tuple[int, str]]:
    """Yield names that nothing defines, and macros and arguments that nothing uses."""
    for name, macro in defined(tree).items():
        given = {argument.name for argument in macro.args}
        alone = nodes.Template([macro], environment=tree.environment)
        own = {node.name for node in macro.find_all(nodes.Name) if node.ctx == "store"}
        free = meta.find_undeclared_variables(alone) - own - macros
        if free:
            yield macro.lineno, f"{name} reads what nothing defines: {sorted(free)}"
        # an engine's own version takes the arguments of all, as dbt's hooks take theirs
        if "__" not in name and not name.startswith(HOOKS) and name not in of_dbt:
            for argument in sorted(given - names_used(nodes.Template(macro.body))):
                yield macro.lineno, f"{name} does not use its argument {argument}"
            if name not in called:
                yield macro.lineno, f"{name} is called by nothing"


def faults(files: dict[str, str], called: set[str], of_dbt: set[str]) -> list[str]:
    """Return all faults of files of macros, as file:line: words.

    Parameters
    ----------
    files : dict of str to str
        The text of each file by name.
    called : set of str
        Names that are used outside of these files.
    of_dbt : set of str
        Names of dbt's own macros, which may be called and may be replaced.
    """
    jinja = environment()
    trees, found = {}, []
    for name, source in files.items():
        found += [(name, *fault) for fault in faults_of_text(source)]
        try:
            trees[name] = jinja.parse(source)
        except TemplateSyntaxError as error:
            found.append((name, error.lineno, error.message))
    known = {*of_dbt, *CONTEXT.split()}.union(
        *(defined(tree) for tree in trees.values())
    )
    used = called.union(*(names_used(tree) for tree in trees.values()))
    for name, tree in trees.items():
        found += [(name, *fault) for fault in faults_of_sql(tree)]
        found += [
            (name, *fault) for fault in faults_of_names(tree, known, used, of_dbt)
        ]
    return [f"{name}:{line}: {words}" for name, line, words in sorted(found)]


def words_of(*patterns: str) -> set[str]:
    """Return every word of the project's files of these patterns."""
    paths = [path for pattern in patterns for path in PROJECT.glob(pattern)]
    return {word for p in paths for word in re.findall(r"\w+", p.read_text("utf-8"))}


def main() -> int:
    """Lint the project's macros; return the number of faults, at most 1."""
    from dbt.include import duckdb, global_project

    of_dbt = {
        word
        for package in (global_project, duckdb)
        for path in Path(package.PACKAGE_PATH, "macros").rglob("*.sql")
        for word in re.findall(r"macro (\w+)", path.read_text("utf-8"))
    }
    files = {
        str(path.relative_to(PROJECT)): path.read_text("utf-8")
        for folder in FOLDERS
        for path in sorted((PROJECT / folder).rglob("*.sql"))
    }
    outside = words_of(
        "models/**/*.sql", "models/**/*.yml", "tests/**/*.sql", "analyses/**/*.sql",
        "*.yml", "segmentation/**/*.py", "seeds/**/*.yml",
    )  # fmt: skip
    found = faults(files, outside, of_dbt)
    print("\n".join(found) or f"{len(files)} files of macros have no fault.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
