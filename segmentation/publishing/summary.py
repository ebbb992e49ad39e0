"""What came of a build, for programs: build_summary.json beside the published file."""

import json
from pathlib import Path
from typing import Any

from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.faults import FAULTS
from segmentation.warehouse.files import written_whole
from segmentation.warehouse.places import Places, attach_warehouse, file_of

__all__ = ["summary_of", "write_summary"]

# what is asked of the warehouse; null where it has no such table
_QUESTIONS = {
    "observed_on": "select cast(max(observed_on) as varchar) from "
    "marts.customer_segments",
    "model_version": "select max(model_version) from marts.customer_segments",
    "customers": "select count(*) from marts.customer_segments",
    "last_day_of_history": "select cast(max(observed_on) as varchar) from "
    "marts.segment_sizes_history",
    "drift": "select max_by(verdict, case verdict when 'refit' then 2 when 'watch' "
    "then 1 else 0 end) from marts.segment_drift where observed_on = "
    "(select max(observed_on) from marts.customer_segments)",
}
_ROWS = (
    "select outcome, cast(sum(rows_found) as bigint) from "
    "marts.data_quality_summary where outcome is not null group by outcome"
)
_VERDICTS = "select topic, verdict from marts.trust_summary order by topic_order"
_SEGMENTS = (
    "select segment_key, segment_name, count(*) from marts.customer_segments "
    "group by all order by all"
)


def summary_of(warehouse: Path | Places, build: dict[str, Any]) -> dict[str, Any]:
    """Return what came of a build.

    Parameters
    ----------
    warehouse : Path or Places
        May be missing, or half built.
    build : dict
        What the build itself knows: status, exit_code, failures, warnings, seconds,
        generation.

    Returns
    -------
    dict
        With verdicts by topic, rows by what became of them, segments, day and version
        as well, as far as the warehouse has them.
    """
    file = file_of(warehouse)
    summary: dict[str, Any] = {**build, "input": file.stem}
    if not file.is_file():
        return summary
    try:
        with limited_connection(file.with_name(".spill")) as engine:
            attach_warehouse(engine, warehouse)
            for name, question in _QUESTIONS.items():
                rows = _asked(engine, question)
                summary[name] = rows[0][0] if rows else None
            summary["verdicts"] = dict(_asked(engine, _VERDICTS))
            summary["rows"] = dict(_asked(engine, _ROWS))
            summary["segments"] = [
                {"key": key, "name": name, "customers": customers}
                for key, name, customers in _asked(engine, _SEGMENTS)
            ]
    except (UserError, *FAULTS):
        summary["warehouse"] = "cannot be read"
    day, last = summary.get("observed_on"), summary.get("last_day_of_history")
    summary["is_late"] = bool(day and last and day < last)
    return summary


def write_summary(summary: dict[str, Any], file: Path) -> None:
    """Write a summary in one step."""
    with written_whole(file) as new:
        new.write_text(
            json.dumps(summary, indent=2, ensure_ascii=False) + "\n", "utf-8"
        )


def _asked(engine: Any, question: str) -> list[tuple]:
    try:
        return engine.sql(question).fetchall()
    except FAULTS:  # a table that this build has not come to
        return []
