"""Definitions of wrong shapes, words and settings nobody should give."""

import copy
import datetime
import os
import random
from pathlib import Path
from unittest import mock

from segmentation.cli import main
from segmentation.reading.dialect import inspect_input

__all__ = ["try_definition", "try_words"]

GOOD = {
    "kind": "wide",
    "columns": {"customer_id": "ID", "income": "Income"},
    "spend": {"wine": "MntWines"},
    "measures": {"charges": {"column": "Charges", "unit": "money", "weight": 1}},
    "groups": {"city": {"column": "City", "values": {0: "no"}, "order": ["a"]}},
    "features": ["income", "charges"],
    "multiply": {"income": 1000},
    "null_words": ["unknown"],
    "date_format": "%Y-%m-%d",
    "target": {"name": "churn", "column": "Churn"},
    "delimiter": ",",
}
ODD = (
    *(None, True, False, 0, -1, 2012, 1e308, float("nan"), "", " ", "x" * 5000),
    *([], {}, [[]], [None], {"a": None}, {"column": []}, {1: 2}, {None: "x"}),
    *("%", "{{ x }}", "a\nb", "\0", "'", '"', "\\", "🙂", "select 1; --", "../..", "~"),
    *(datetime.date(2024, 1, 1), b"bytes", ("a",), "postgresql://me:secret@h/d"),
)
TEXT = "ID,Income,MntWines,Charges,City,Churn\n" + "".join(
    f"c{i},{1000 + i},{i},{i}.5,Bonn,{i % 2}\n" for i in range(20)
)
WORDS = (
    *("publish", "dashboard", "plots", "score", "init", "--help", "--debug", "--x"),
    *("--write", "--name", "--output", "nothing.csv", "", "*", "../x", "a\nb", "\0"),
    *(
        "'",
        "--",
        "-1",
        "🙂",
        "x" * 300,
        "/",
        "/dev/null",
        "{}",
        "--y",
        "--vars",
        "/proc/1",
    ),
)
SETTINGS = {
    "SEGMENTS_INPUT": ("", "nobody", "../x", "a b", "🙂", "mall"),
    "SEGMENTS_PATH": ("", "/", "/dev/null", "nothing.csv", "*", "x" * 300, "🙂.csv"),
    "SEGMENTS_MEMORY": ("", "3GB", "much", "-1", "0", "1e9"),
    "SEGMENTS_READERS": ("owner", "group", "nobody", ""),
    "SEGMENTS_DATE_FORMAT": ("", "%", "%Q"),
}


def _places(node, path=()):
    yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _places(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _places(value, (*path, number))


def try_definition(seed: int, folder: Path) -> str:
    """Read a file by a definition that something has happened to."""
    chance = random.Random(seed)
    file = folder / "shop.csv"
    file.write_text(TEXT)
    definition: object = {**copy.deepcopy(GOOD), "path": str(file)}
    for _ in range(chance.choice([1, 1, 2, 3])):
        definition = _changed(definition, chance)
    try:
        dialect = inspect_input(
            {"shop": definition}, default="shop", warehouse_folder=str(folder)
        )
    except Exception as error:
        return (
            f"traceback: {type(error).__name__}: {str(error)[:80]} {definition!r:.200}"
        )
    if dialect.problem is None:
        return "clean"
    is_sentence = "\n" not in dialect.problem and "secret" not in dialect.problem
    return "sentence" if is_sentence else f"wrong: {dialect.problem[:100]!r}"


def _changed(definition: object, chance: random.Random) -> object:
    place = chance.choice(list(_places(definition)))
    odd = copy.deepcopy(chance.choice(ODD))
    if not place:
        return odd if chance.random() < 0.3 else definition
    parent = definition
    for key in place[:-1]:
        parent = parent[key]
    what = chance.randrange(4)
    if what == 0 and isinstance(parent, dict):
        del parent[place[-1]]
    elif what == 1 and isinstance(parent, dict):
        hashable = odd if not isinstance(odd, list | dict) else str(odd)
        parent[hashable] = parent.pop(place[-1])
    elif what == 2:
        parent[place[-1]] = [parent[place[-1]]]
    else:
        parent[place[-1]] = odd
    return definition


def try_words(seed: int, project: Path, folder: Path) -> str:
    """Give `segments` words and settings that mean nothing."""
    chance = random.Random(seed)
    words = chance.choices(WORDS, k=chance.randrange(1, 5))
    settings = {
        name: chance.choice(values)
        for name, values in SETTINGS.items()
        if chance.random() < 0.4
    }
    settings |= {
        "SEGMENTS_WAREHOUSE": str(folder / "w"),
        "SEGMENTS_OUTPUT": str(folder / "o"),
    }
    before = Path.cwd()
    os.chdir(project)
    try:
        with (
            mock.patch.dict(os.environ, settings),
            Path(os.devnull).open("w") as nothing,
            mock.patch("sys.stdout", nothing),
            mock.patch("sys.stderr", nothing),
        ):
            code = main(words)
        return "clean" if code == 0 else "sentence"
    except SystemExit:
        return "sentence"
    except BaseException as error:
        return (
            f"traceback: {type(error).__name__}: {str(error)[:80]} {words} {settings}"
        )
    finally:
        os.chdir(before)
