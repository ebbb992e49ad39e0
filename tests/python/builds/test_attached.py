"""Segments where the warehouse is no single file: attached files, DuckLake, Postgres.

What this machine has not is skipped by name. An extension of DuckDB comes from the
package duckdb-extension-<name> of the DuckDB in use, as builds use no network.
"""

import csv
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.python.builds.test_package import Shop
from tests.python.servers import postgres_server

pytestmark = pytest.mark.long

ORDERS = """
sources:
  - name: crm
    database: crm
    schema: {schema}
    tables: [{{name: orders}}]
"""
BUILD = ("build",)


def extension_folder(name: str, folder: Path) -> Path:
    """Install an extension from its Python package; skip where there is none."""
    package = f"duckdb_extension_{name}"
    spec = find_spec(package)
    home = Path((spec and spec.origin) or "nowhere").parent
    files = home.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension")
    file = next(files, None)
    if file is None:
        pytest.skip(
            f"the package {package} has no extension for DuckDB {duckdb.__version__}"
        )
    with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
        connection.execute(f"install '{file}'")
    return folder


@pytest.fixture
def shop(tmp_path):
    """Make a shop whose package is installed."""
    shop = Shop(tmp_path / "shop")
    shop.dbt("deps")
    return shop


def use(shop: Shop, **target) -> None:
    """Give the shop a profile of one target."""
    known = {"type": "duckdb", "threads": 2, "schema": "dev"}
    profile = {"shop": {"target": "dev", "outputs": {"dev": known | target}}}
    (shop.folder / "profiles.yml").write_text(yaml.safe_dump(profile))


def read_from_crm(shop: Shop, schema: str = "main") -> None:
    """Let the orders be a source in the database crm."""
    (shop.folder / "models" / "_crm.yml").write_text(ORDERS.format(schema=schema))
    file = shop.folder / "dbt_project.yml"
    text = file.read_text("utf-8")
    assert "relation: fct_orders" in text
    file.write_text(text.replace("relation: fct_orders", "source: crm.orders"))


def require_segments(connection, place: str) -> None:
    """Hold the segments to the customers who ordered."""
    ((customers, segments, lacking),) = connection.sql(
        "select count(*), count(distinct segment_key), "
        f"count_if(segment_key is null) from {place}.customer_segments"
    ).fetchall()
    assert customers == 599 and segments > 1 and not lacking


def test_orders_in_another_file(shop):
    other = shop.folder / "crm.duckdb"
    with duckdb.connect(other) as connection:
        seed = shop.folder / "seeds" / "raw_orders.csv"
        connection.execute(f"create table orders as from read_csv('{seed}')")
    use(shop, path="shop.duckdb", attach=[{"path": "crm.duckdb", "alias": "crm"}])
    read_from_crm(shop)
    shop.dbt(*BUILD)
    shop.dbt(*BUILD, "--exclude", "tag:fit")
    with duckdb.connect(shop.file, read_only=True) as connection:
        require_segments(connection, "dev_marts")


def test_everything_in_a_file_that_is_attached(shop):
    use(
        shop,
        path=":memory:",
        database="lake",
        attach=[{"path": "lake.duckdb", "alias": "lake"}],
    )
    shop.dbt(*BUILD)
    with duckdb.connect(shop.folder / "lake.duckdb", read_only=True) as connection:
        require_segments(connection, "dev_marts")
        versions = connection.sql("from dev_ml.ml_segment_model").fetchall()
    shop.dbt(*BUILD)  # finds its versions again, and fits nothing
    with duckdb.connect(shop.folder / "lake.duckdb", read_only=True) as connection:
        again = connection.sql("from dev_ml.ml_segment_model").fetchall()
    assert again == versions and len(versions) == 1


def test_everything_in_a_ducklake(shop, tmp_path):
    folder = extension_folder("ducklake", tmp_path / "extensions")
    settings = {"extension_directory": str(folder)}
    use(
        shop,
        path=":memory:",
        database="lake",
        config_options=settings,
        threads=1,  # of two, one does not see the other's new tables
        attach=[{"path": "ducklake:lake.ducklake", "alias": "lake"}],
    )
    shop.dbt(*BUILD)
    shop.dbt(*BUILD)
    with duckdb.connect(config=settings) as connection:
        lake = shop.folder / "lake.ducklake"
        connection.execute(f"attach 'ducklake:{lake}' as lake (read_only)")
        require_segments(connection, "lake.dev_marts")
        ((versions,),) = connection.sql(
            "select count(*) from lake.dev_ml.ml_segment_model"
        ).fetchall()
    assert versions == 1


def test_orders_in_postgres(shop, tmp_path):
    folder = extension_folder("postgres_scanner", tmp_path / "extensions")
    with (shop.folder / "seeds" / "raw_orders.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
        rows = file.read()
    kinds = {"amount": "numeric", "ordered_at": "timestamp"}
    columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in header)
    with postgres_server() as server:
        server.run(
            f"create table orders ({columns});\n"
            f"copy orders from stdin with (format csv);\n{rows}\\.\n"
        )
        use(
            shop,
            path="shop.duckdb",
            config_options={"extension_directory": str(folder)},
            attach=[
                {
                    "path": server.address,
                    "type": "postgres",
                    "alias": "crm",
                    "read_only": True,
                }
            ],
        )
        read_from_crm(shop, schema="public")
        shop.dbt(*BUILD)
    with duckdb.connect(shop.file, read_only=True) as connection:
        require_segments(connection, "dev_marts")
