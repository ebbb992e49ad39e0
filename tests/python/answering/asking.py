"""Ask the tools what people ask, and compare with the gold answers."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from segmentation.answering.server import Desk

QUESTIONS = yaml.safe_load(Path(__file__).with_name("questions.yml").read_text("utf-8"))


def named(question: dict) -> str:
    return question["ask"]


def gold(file: Path, sql: str, *, is_column: bool) -> Any:
    """Return the one value, or the column of values, that a query has."""
    with duckdb.connect(file.resolve(), read_only=True) as connection:
        values = [row[0] for row in connection.sql(sql).fetchall()]
    assert is_column or len(values) == 1, values
    return values if is_column else values[0]


def picked(found: Any, way: list) -> Any:
    """Go to a part of an answer."""
    for number, step in enumerate(way):
        if step == "*":
            return [picked(row, way[number + 1 :]) for row in found]
        if isinstance(step, dict):
            found = next(row for row in found if step.items() <= row.items())
        else:
            found = found[step]
    return found


def ask(file: Path, question: dict) -> None:
    """Fail unless a tool answers as the gold does, or refuses as it has to."""
    tool = getattr(Desk(file), question["tool"])
    said = tool(**question.get("with", {}))
    assert said["generation"]["observed_on"]
    if "refused" in question:
        assert question["refused"] in said.get("refused", ""), said
        assert "answer" not in said
        return
    assert "refused" not in said, said
    wanted = gold(file, question["gold"], is_column="*" in question["pick"])
    answer = picked(said["answer"], question["pick"])
    # sums of the same shares in another order differ in the last digit
    if isinstance(wanted, float):
        wanted = pytest.approx(wanted, rel=1e-9)
    assert answer == wanted
    assert said["source"]
    assert question.get("caveat", "") in " ".join(said["caveats"]), said["caveats"]
