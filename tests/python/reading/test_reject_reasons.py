"""Every reason why a row does not count is known to the test and to the report."""

import re
from pathlib import Path

import pytest
import yaml

from segmentation.reading.parquet import READING_REASONS

PROJECT = Path(__file__).parents[3]
STAGING = PROJECT / "models" / "staging" / "input"
CHECKS = (PROJECT / "macros/quality/quality_checks.sql").read_text("utf-8")


def said(*files: str) -> set[str]:
    """Return the words that models give as a reason."""
    sql = "".join((STAGING / file).read_text("utf-8") for file in files)
    return {
        reason
        for case in re.findall(r"case\b.*?end as reject_reason", sql, re.S)
        for reason in re.findall(r"then\s+'([^']+)'", case)
    }


def reported(reasons: str) -> set[str]:
    unreadable = re.search(r"unreadable = \[(.*?)\]", CHECKS, re.S)[1]
    return set(re.findall("'([^']+)'", reasons + unreadable)) - {"rejected", "left out"}


def allowed() -> set[str]:
    models = yaml.safe_load((STAGING / "wide/_wide__models.yml").read_text("utf-8"))
    (rejects,) = [m for m in models["models"] if m["name"] == "stg_input__rejects"]
    (test,) = rejects["data_tests"]
    return set(test["invariants"]["arguments"]["values"]["reject_reason"])


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (["orders/stg_orders__lines.sql"], 1),
        (["wide/stg_input__rejects.sql"], 0),
    ],
)
def test_every_reason_is_allowed_and_reported(files, place):
    reasons = said(*files)
    assert len(reasons) >= 2
    assert reasons <= allowed()
    by_kind = re.findall(r"set reasons = \{(.*?)\} %\}", CHECKS, re.S)
    assert reasons <= reported(by_kind[place])


def test_reasons_of_reading_are_allowed_and_reported():
    assert set(READING_REASONS) <= allowed()
    assert set(READING_REASONS) <= reported(CHECKS)
