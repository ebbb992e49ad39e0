"""The layout of the code: which room may import which, and how large its parts get."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
MAY_IMPORT = {
    "warehouse": set(),
    "reading": {"warehouse"},
    "segments": {"warehouse"},
    "campaign": {"warehouse"},
    "value": {"warehouse"},
    "offers": {"warehouse"},
    "publishing": {"warehouse"},
    "answering": {"warehouse"},
    "new_project": {"warehouse"},
    "evidence": {"segments", "warehouse"},
    "dbt_plugin": {"warehouse"},
    "targets": {"reading", "warehouse"},
    "dbt_inside": {"warehouse"},
    "project": {"dbt_inside", "targets", "reading", "publishing", "warehouse"},
    "score_file": {"project", "targets", "reading", "publishing", "warehouse"},
    "first_build": {"publishing", "warehouse"},
    "last_fit": {"project", "targets", "reading", "publishing", "warehouse"},
    "forgetting": {"project", "targets", "reading", "publishing", "warehouse"},
    "commands": {
        "dbt_inside",
        "first_build",
        "forgetting",
        "last_fit",
        "project",
        "targets",
        "score_file",
        "reading",
        "segments",  # init proposes the columns that can make segments
        "answering",
        "new_project",
        "publishing",
        "warehouse",
    },
    "cli": {"commands", "warehouse"},
}
MOST_LINES = 500  # of a module
MOST_LINES_OF_A_FUNCTION = 60  # its docstring aside
MOST_ARGUMENTS = 8
# still to be split
LONG = {"dialect.py"}
LARGE = {
    "_parser",
    "permutation_importance",
    "evaluate_models",
}
MOST_LINES_OF_YAML = 400
# what is longer because it is one list
LISTS = {"dbt_project.yml", "requirements.lock"}


def modules(folder: str) -> list[Path]:
    return sorted((PROJECT / folder).rglob("*.py"))


def imported(module: Path) -> set[str]:
    """Return the modules that a module imports, wherever in it, by full name."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} imports by dots"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def own(names: set[str]) -> set[str]:
    return {name for name in names if name.split(".")[0] == "segmentation"}


@pytest.mark.parametrize("module", modules("segmentation"), ids=lambda path: path.stem)
def test_rooms_import_only_what_they_may(module):
    room = module.relative_to(PROJECT / "segmentation").parts[0].removesuffix(".py")
    if room == "__init__":
        assert not own(imported(module))
        return
    asked = {name.split(".")[1] for name in own(imported(module))}
    assert asked - {room} <= MAY_IMPORT[room]


@pytest.mark.parametrize("model", modules("python_models"), ids=lambda path: path.stem)
def test_python_models_import_only_the_room_of_their_name(model):
    asked = {name.split(".")[1] for name in own(imported(model))}
    assert asked <= {model.parent.name}


@pytest.mark.parametrize("sample", modules("samples"), ids=lambda path: path.stem)
def test_samples_import_nothing_of_the_package(sample):
    assert not own(imported(sample))


def test_modules_do_not_import_in_circles():
    needs = {}
    for path in modules("segmentation"):
        name = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        needs[name] = own(imported(path))
    imports = {
        name: {other for other in needs for x in asked if is_of(x, other, needs)}
        for name, asked in needs.items()
    }
    while leaves := {name for name, asked in imports.items() if not asked}:
        imports = {n: asked - leaves for n, asked in imports.items() if n not in leaves}
    assert not imports, f"these import each other in a circle: {sorted(imports)}"


def is_of(name: str, module: str, known: dict) -> bool:
    """Return whether an imported name is this module or a thing defined in it."""
    return name == module or (name not in known and name.rpartition(".")[0] == module)


def test_no_module_is_long():
    long = [
        str(path.relative_to(PROJECT))
        for folder in ("segmentation", "python_models", "samples")
        for path in modules(folder)
        if len(path.read_text("utf-8").splitlines()) > MOST_LINES
        and path.name not in LONG
    ]
    assert not long


def test_no_function_is_long_or_takes_many_arguments():
    large = []
    for path in [p for f in ("segmentation", "samples") for p in modules(f)]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name not in LARGE:
                lines = node.end_lineno - node.lineno + 1
                docstring = ast.get_docstring(node, clean=False) or ""
                lines -= len(docstring.splitlines())
                given = node.args
                arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
                if lines > MOST_LINES_OF_A_FUNCTION or len(arguments) > MOST_ARGUMENTS:
                    large.append(
                        f"{path.relative_to(PROJECT)} {node.name}: {lines} lines, "
                        f"{len(arguments)} arguments"
                    )
    assert not large, "\n".join(large)


def test_no_yaml_is_long():
    files = [
        path
        for folder in (".", "models", "macros", "seeds", "tests")
        for path in (PROJECT / folder).glob("*.yml" if folder == "." else "**/*.yml")
    ]
    assert len(files) > 20
    long = [
        str(path.relative_to(PROJECT))
        for path in files
        if path.name not in LISTS
        and len(path.read_text("utf-8").splitlines()) > MOST_LINES_OF_YAML
    ]
    assert not long
