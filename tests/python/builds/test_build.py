"""Whole builds: from a file to marts, twice, shuffled, in dialects, and gone wrong."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml
from jinja2 import Template
from sklearn.cluster import KMeans

from segmentation.cli import main
from segmentation.project import require_good_build
from segmentation.reading.dialect import input_name
from segmentation.segments.fit_sample import read_fit_sample
from segmentation.segments.transforms import Feature, FittedFeature, scaled
from segmentation.targets import warehouse_path
from segmentation.warehouse.connection import limited_connection
from segmentation.warehouse.errors import LOCKED, UserError

PROJECT = Path(__file__).parents[3]
SAMPLE = PROJECT / "data" / "sample" / "customers.csv"
WITHOUT_TESTS = (
    "build",
    *("--exclude-resource-type", "test"),
    *("--exclude-resource-type", "unit_test"),
)
TO_SEGMENTS = (*WITHOUT_TESTS, "--select", "+customer_segments")


@pytest.fixture(scope="module")
def header_and_rows() -> tuple[list[str], list[list[str]]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    return header, rows


def write(path: Path, header, rows, *, delimiter=";", mark="", line_end="\n") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(mark)
        writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end)
        writer.writerows([header, *rows])
    return path


def damaged(header, rows, name: str, value: str, every: int) -> list[list[str]]:
    """Return the rows with another value in a column of every so many of them."""
    place = header.index(name)
    return [
        [*row[:place], row[place] if n % every else value, *row[place + 1 :]]
        for n, row in enumerate(rows)
    ]


def assignments(builder) -> list[tuple]:
    return builder.query(
        "select customer_id, segment_key, distance_to_centroid, margin, is_outlier "
        "from marts.customer_segments order by customer_id"
    )


def test_sample_gives_four_segments_with_the_sizes_of_the_real_ones(sample):
    shares = sample.query(
        "select customer_share, spend_share from marts.segments order by value_rank"
    )
    assert len(shares) == 4
    for (share, spend), (real_share, real_spend) in zip(
        shares, [(0.25, 0.54), (0.30, 0.38), (0.19, 0.05), (0.26, 0.03)], strict=True
    ):
        assert share == pytest.approx(real_share, abs=0.05)
        assert spend == pytest.approx(real_spend, abs=0.03)


def test_full_refresh_keeps_versions_and_history(sample):
    before = sample.marts()
    kept = ("ml_segment_model", "int_segment_membership_events", "segment_version_log")
    assert sample.dbt("run", "--full-refresh", "--select", *kept) == []
    assert sample.marts() == before
    assert sample.query("select count(*) from ml.ml_segment_model") == [(1,)]


def test_mart_columns_are_of_types_that_every_client_reads(sample):
    odd = sample.query(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = 'marts' and not regexp_full_match(data_type, "
        "'BIGINT|INTEGER|DOUBLE|VARCHAR|BOOLEAN|DATE|TIMESTAMP|DECIMAL\\(18,[0-9]+\\)')"
    )
    assert odd == []


def test_every_mart_and_column_has_a_comment_in_the_database(sample):
    bare = sample.query(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and comment is null union all "
        "select table_name, null from duckdb_tables() "
        "where schema_name = 'marts' and comment is null"
    )
    assert bare == []


def test_dialect_and_order_of_rows_do_not_change_the_segments(
    sample, new_builder, tmp_path, header_and_rows
):
    header, rows = header_and_rows
    header = ["Id" if column == "ID" else column for column in header]
    when = header.index("Dt_Customer")
    income = header.index("Income")
    rows = [row.copy() for row in reversed(rows)]
    for row in rows:
        year, month, day = row[when].split("-")
        row[when] = f"{int(month)}/{int(day)}/{year[2:]}"
        row[income] = f"${int(row[income]):,}.00 " if row[income] else ""
    layout = {"delimiter": "\t", "mark": "\ufeff", "line_end": "\r\n"}
    file = write(tmp_path / "american.csv", header, rows, **layout)
    builder = new_builder("american")
    assert builder.dbt(*TO_SEGMENTS, SEGMENTS_PATH=file) == []
    assert builder.warehouse.name == "american.duckdb"
    assert assignments(builder) == assignments(sample)


def test_rows_that_cannot_be_used_are_rejected_with_reason_and_line(
    new_builder, tmp_path, header_and_rows
):
    header, rows = header_and_rows
    rows = [row.copy() for row in rows]
    rows[1][0] = ""
    rows[2] = rows[0].copy()
    rows[3] = [rows[3][0]] + [""] * (len(header) - 1)
    rows[4][header.index("Income")] = "a lot"
    builder = new_builder("rejects")
    file = write(tmp_path / "rejects.csv", header, rows)
    assert builder.dbt(*TO_SEGMENTS, "+data_quality_summary", SEGMENTS_PATH=file) == []
    rejects = "select record_number, customer_id, reject_reason"
    assert builder.query(f"{rejects} from staging.stg_input__rejects order by 1") == [
        (3, None, "no key"),
        (4, rows[0][0], "duplicate key"),
        (5, rows[3][0], "nothing but a key"),
    ]
    counts = dict(
        builder.query(
            "select outcome || ': ' || check_name, rows_found "
            "from marts.data_quality_summary"
        )
    )
    assert counts["read: rows read"] == 2240
    assert counts["accepted: rows accepted"] == 2237
    assert counts["unparsed: income"] == 1
    assert builder.query(
        "select customer_id, income from marts.customers where has_unparsed_values"
    ) == [(rows[4][0], None)]


@pytest.fixture(scope="module")
def good_build(new_builder, tmp_path_factory, header_and_rows):
    """Build a small good file, which the bad ones below replace."""
    header, rows = header_and_rows
    file = write(tmp_path_factory.mktemp("files") / "shop.csv", header, rows[:300])
    builder = new_builder("bad")
    assert builder.dbt(*TO_SEGMENTS, "+segments", SEGMENTS_PATH=file) == []
    return builder, file, builder.marts()


@pytest.mark.parametrize(
    ("change", "variables", "sentence"),
    [
        (lambda h, r: (h[1:], [row[1:] for row in r]), "", "has no key column 'ID'"),
        (lambda h, r: (h, []), "", "has a header but no rows"),
        (lambda h, r: (h, r[:1]), "", "The input has 1 usable customer;"),
        (lambda h, r: (h, damaged(h, r, "Response", "shipped", 1)), "", "300 of 300 "
         "values in column 'Response' cannot be read as yes or no, which "
         "target_accepted has to be (for example 'shipped'); map another column"),
        (lambda h, r: (h, r[:24]), "k: 25", "var k asks for 25 segments"),
    ],
    ids=["no key", "header only", "one customer", "no flags", "k above n"],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_leaves_the_marts_alone(
    good_build, header_and_rows, change, variables, sentence
):
    builder, file, before = good_build
    header, rows = header_and_rows
    good = file.read_bytes()
    changed, changed_rows = change(header.copy(), [row.copy() for row in rows[:300]])
    write(file, changed, changed_rows)
    settings = f"{{retrain: true, k_range: [2, 13], {variables}}}"
    arguments = (*TO_SEGMENTS, "+segments", "--vars", settings)
    try:
        failures = builder.dbt(*arguments, SEGMENTS_PATH=file)
        assert len(failures) == 1
        assert sentence in failures[0]
        assert "\n" not in failures[0]
        assert "Traceback" not in failures[0]
        assert builder.marts() == before
        with pytest.raises(UserError, match=f"failed at {failures[0].split(':')[0]}, "):
            require_good_build(builder.warehouse)
    finally:
        file.write_bytes(good)


def test_column_that_loses_some_values_is_one_line_at_the_end(
    new_builder, tmp_path, header_and_rows, capfd
):
    header, rows = header_and_rows
    rows = damaged(header, rows[:300], "Year_Birth", "unknown", 20)  # 5 %
    rows = damaged(header, rows, "Recency", "soon", 100)  # 1 %: slips
    rows = damaged(header, rows, "NumWebPurchases", "2.5", 3)
    file = write(tmp_path / "slips.csv", header, rows)
    builder = new_builder("slips")
    arguments = (*WITHOUT_TESTS, "--select", "+stg_input__records")
    assert builder.dbt(*arguments, SEGMENTS_PATH=file) == []
    printed = re.sub(r"(?m)^\d\d:\d\d:\d\d +", "", capfd.readouterr().out)
    lines = [
        line for line in printed.splitlines() if line.startswith(("Lost", "Rounded"))
    ]
    assert lines == [
        "Lost: 15 of 300 values in column 'Year_Birth' cannot be read as numbers, "
        "which birth_year has to be (for example 'unknown'); they count as missing.",
        "Rounded: 100 of 300 values in column 'NumWebPurchases' have decimals (for "
        "example '2.5'); purchases_web is their nearest whole number.",
    ]


def segments(*arguments: str, **environment) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "segmentation.cli", *arguments],
        cwd=PROJECT,
        env={**os.environ, **{k: str(v) for k, v in environment.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_second_build_at_once_is_told_who_is_first(sample, tmp_path):
    warehouse = tmp_path / "sample.duckdb"
    warehouse.write_bytes(sample.warehouse.read_bytes())
    with duckdb.connect(warehouse):
        build = segments("build", SEGMENTS_WAREHOUSE=tmp_path)
        _, said = build.communicate(timeout=60)
    assert build.returncode == LOCKED
    assert f"Another program (process {os.getpid()}) has" in said
    assert "Traceback" not in said


@pytest.mark.long
def test_build_after_a_killed_one_repairs_fits_nothing_and_changes_no_byte(
    sample, tmp_path, new_builder
):
    builder = new_builder("killed")
    (builder.folder / "sample.duckdb").write_bytes(sample.warehouse.read_bytes())
    build = segments(
        "build", "--target-path", str(tmp_path / "target"),
        SEGMENTS_WAREHOUSE=builder.folder,
    )  # fmt: skip
    for line in build.stderr:
        if "int_customers_engineered" in line:
            break
    time.sleep(0.1)
    build.send_signal(signal.SIGKILL)
    build.communicate()
    killed = builder.folder / "sample.duckdb"
    with pytest.raises(UserError, match="was stopped before its end"):
        require_good_build(killed)
    # seeds may be half written, too; a run does not write them
    assert builder.dbt("seed") == []
    assert builder.dbt("run") == []
    with pytest.raises(UserError, match="was followed by a run without"):
        require_good_build(killed)
    assert builder.dbt("test", "--exclude-resource-type", "unit_test") == []
    require_good_build(killed)
    assert builder.marts() == sample.marts()
    versions = "select count(*) from ml.ml_segment_model"
    assert builder.query(versions) == [(1,)]


def test_project_may_be_named_from_any_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEGMENTS_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("DBT_PROJECT_DIR", "")  # taken back afterwards
    folder = os.path.relpath(PROJECT / "models", tmp_path)
    assert main(["bi", "superset", "--project-dir", folder]) == 1
    assert "segments.duckdb; run segments build first" in capsys.readouterr().err
    assert main(["bi", "superset", "--project-dir", "nowhere"]) == 1
    assert "There is no folder nowhere" in capsys.readouterr().err


def test_missing_project_is_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["build"]) == 1
    assert "There is no dbt_project.yml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"SEGMENTS_INPUT": "mall"},
        {"SEGMENTS_INPUT": "söd-1/+2"},
        {"SEGMENTS_PATH": "/x/my shop (1).v2.csv"},
        {"SEGMENTS_PATH": "/x/ -_söd--1.v2.csv"},
    ],
)
def test_profile_and_package_agree_on_the_warehouse(environment, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    profiles = yaml.safe_load((PROJECT / "profiles.yml").read_text("utf-8"))
    # tools beside dbt know no more of Jinja than that
    template = Template(profiles["segmentation"]["outputs"]["dev"]["path"])
    path = template.render(env_var=os.environ.get)
    assert PROJECT / path == warehouse_path(PROJECT)
    asked = [environment.get(f"SEGMENTS_{word}", "") for word in ("INPUT", "PATH")]
    assert Path(path).stem == input_name(*asked, "sample")


@pytest.mark.parametrize("environment", [{}, {"SEGMENTS_MEMORY": "700MB"}])
def test_profile_and_package_agree_on_the_memory(environment, monkeypatch, tmp_path):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    profiles = yaml.safe_load((PROJECT / "profiles.yml").read_text("utf-8"))
    settings = profiles["segmentation"]["outputs"]["dev"]["settings"]
    limit = Template(settings["memory_limit"]).render(env_var=os.environ.get)
    asked = "select current_setting('memory_limit')"
    with (
        duckdb.connect(config={"memory_limit": limit}) as build,
        limited_connection(tmp_path / "spill") as publish,
    ):
        assert build.sql(asked).fetchall() == publish.sql(asked).fetchall()


@pytest.mark.long
def test_sql_assigns_the_real_customers_as_scikit_learn_predicts(real_build):
    builder = real_build
    with duckdb.connect(builder.warehouse, read_only=True) as connection:
        features, centroids = connection.sql(
            "select features, centroids from ml.ml_segment_model"
        ).fetchall()[0]
        fitted = [FittedFeature.of_row(f) for f in features]
        customers = connection.sql("from intermediate.int_customers_engineered")
        frame = read_fit_sample(
            customers, 2240, [Feature(f.feature, "") for f in fitted], 10_000
        )
    points = scaled(frame, fitted)
    keys = sorted({c["segment_key"] for c in centroids})
    at = {(c["segment_key"], c["feature"]): c["scaled_value"] for c in centroids}
    centers = np.array([[at[key, f.feature] for f in fitted] for key in keys])
    # scikit-learn takes no gaps: there the nearest by what is known of a customer
    is_known = ~np.isnan(points).any(axis=1)
    assert 0 < (~is_known).sum() < 40
    model = KMeans(len(keys), init=centers, n_init=1, max_iter=1).fit(points[is_known])
    model.cluster_centers_[:] = centers
    predicted = np.nanmean((points[:, None, :] - centers) ** 2, axis=2).argmin(axis=1)
    predicted[is_known] = model.predict(points[is_known])
    stored = builder.query(
        "select segment_key from marts.customer_segments order by customer_id"
    )
    assert [key for (key,) in stored] == [keys[label] for label in predicted]


@pytest.mark.long
def test_real_file_gives_the_known_segments(real_build):
    ((read, accepted),) = real_build.query(
        "select sum(rows_found) filter (where outcome = 'read'), "
        "sum(rows_found) filter (where outcome = 'accepted') "
        "from marts.data_quality_summary"
    )
    assert (read, accepted) == (2240, 2240)
    ((k, silhouette, stability),) = real_build.query(
        "select k, silhouette, stability_mean from marts.segment_k_evaluation "
        "where is_chosen"
    )
    assert k == 4
    assert silhouette >= 0.31
    assert stability >= 0.90
    shares = real_build.query(
        "select customer_share, spend_share from marts.segments order by value_rank"
    )
    known = [(0.249, 0.539), (0.304, 0.382), (0.185, 0.052), (0.263, 0.027)]
    assert np.array(shares, float) == pytest.approx(np.array(known), abs=0.0005)
