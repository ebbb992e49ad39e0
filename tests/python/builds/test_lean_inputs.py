"""Files that lack what marts are made of, or write it as codes, build green."""

import csv
import json
import random

import duckdb
import pytest

pytestmark = pytest.mark.long

# what evidence costs is spent on the sample
WHOLE = ("build", "--exclude-resource-type", "unit_test", "--exclude", "tag:explore")
CODED = {
    "kind": "wide",
    "columns": {
        "customer_id": "key",
        "gender": "sex",
        "education": "school",
        "marital_status": "status",
        "age_years": "age",
        "income": "income",
        "children_at_home": "children",
        "purchases": "orders",
        "total_spend": "spent",
    },
}
WITHOUT_CHANNELS = {
    "kind": "orders",
    "columns": {
        "customer_id": "customer",
        "order_id": "order",
        "ordered_at": "day",
        "category": "category",
        "amount": "amount",
    },
}


def written(file, rows: list[dict]):
    """Write rows as CSV; return the file."""
    with file.open("w", newline="") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return file


def built(builder, name: str, definition: dict, file):
    """Build a file whole, with all data tests but the explorative."""
    inputs = {
        "inputs": {name: definition | {"path": str(file)}},
        "bootstrap_samples": 3,
    }
    failures = builder.dbt(*WHOLE, "--vars", json.dumps(inputs), SEGMENTS_INPUT=name)
    assert failures == []
    return builder, json.dumps(inputs)


@pytest.fixture(scope="module")
def coded(new_builder, tmp_path_factory):
    """Build totals without categories or channels, and attributes as codes.

    Half of a segment has the value 0, so that figures hold the digits of the codes.
    """
    draw = random.Random(5)
    rows = [
        {
            "key": f"c{number:03}",
            "sex": number % 2,
            "school": draw.choice("0123"),
            "status": draw.choice(["0", "1", "2.5", "30-39"]),
            "age": draw.randrange(18, 80),
            "income": draw.randrange(20_000, 90_000) + 20_000 * (number % 3),
            "children": draw.randrange(4),
            "orders": 1 + 10 * (number % 3) + draw.randrange(5),
            "spent": 100 + 900 * (number % 3) + draw.randrange(90),
        }
        for number in range(300)
    ]
    file = written(tmp_path_factory.mktemp("coded") / "coded.csv", rows)
    return built(new_builder("coded"), "coded", CODED, file)[0]


@pytest.fixture(scope="module")
def without_channels(new_builder, tmp_path_factory):
    """Build order lines that have categories but no channel."""
    draw = random.Random(7)
    rows = [
        {
            "customer": f"c{customer:03}",
            "order": f"{customer}-{order}",
            "day": f"20{draw.randrange(22, 24)}-{draw.randrange(1, 13):02}-"
            f"{draw.randrange(1, 29):02}",
            "category": draw.choice(["1", "2", "tea"]),
            "amount": f"{draw.uniform(5, 20) * (1 + 5 * (customer % 3)):.2f}",
        }
        for customer in range(200)
        for order in range(2 + 6 * (customer % 3))
    ]
    file = written(tmp_path_factory.mktemp("orders") / "lines.csv", rows)
    return built(
        new_builder("without_channels"), "without_channels", WITHOUT_CHANNELS, file
    )


def off(builder) -> set[str]:
    return {
        m for (m,) in builder.query("select mart from intermediate.int_switched_off")
    }


def test_totals_and_codes_alone_build_green(coded):
    assert {"segment_channel_mix", "segment_category_mix"} <= off(coded)
    readings = coded.query(
        "select reading from marts.segment_attribute_profiles "
        "where attribute_value = '0' and reading like '%0 \\%%' escape '\\'"
    )
    assert readings


def test_children_are_known_where_the_file_has_no_teenagers(coded):
    assert coded.query(
        "select count(children), count(teenagers_at_home), max(children) "
        "from marts.customers"
    ) == [(300, 0, 3)]


def test_order_lines_without_channels_build_green(without_channels):
    builder, _ = without_channels
    assert "segment_channel_mix" in off(builder)
    assert "segment_category_mix" not in off(builder)
    assert builder.query("select distinct channel from marts.category_demand") == [
        ("all channels",)
    ]


def test_an_empty_mart_and_a_wrong_sentence_still_fail(without_channels):
    builder, inputs = without_channels
    wrong = (
        "segment_category_mix_sums_to_total_spend",
        "segment_attribute_profiles_invariants",
    )
    with duckdb.connect(builder.warehouse) as connection:
        connection.execute("delete from marts.segment_category_mix")
        connection.execute(
            "update marts.segment_attribute_profiles "
            "set reading = replace(reading, ' % of the segment', '9 % of the segment')"
        )
    failures = builder.dbt(
        *("test", "--select", *wrong, "segment_channel_mix_sums_to_purchases"),
        *("--vars", inputs),
        SEGMENTS_INPUT="without_channels",
    )
    assert len(failures) == len(wrong)
    for name in wrong:
        assert any(name in said for said in failures)
    assert any("true that reading has the figures" in said for said in failures)
