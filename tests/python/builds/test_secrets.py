"""Neither a password nor a script of the data comes into what a build writes."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from segmentation.cli import main
from segmentation.project import builds_a_part, docs_page, write_docs
from segmentation.reading.addresses import (
    PASSWORD,
    filled_in,
    require_no_password,
    without_password,
)
from segmentation.reading.dialect import inspect_input
from segmentation.warehouse.errors import UserError
from tests.payloads import PAYLOADS

PROJECT = Path(__file__).parents[3]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
SECRET = "hunter2secret"
PLANTED = "planted-person-"  # customers are called so
SCRIPT = "</script><script>window.ran=1</script>"
IMAGE = "<img src=x onerror=window.ran=2>"
WITH_PASSWORD = (
    f"postgresql://me:{SECRET}@host/shop",
    f"postgres://me:{SECRET}/@:x@host:5432/shop?sslmode=require",
    f"postgresql://host/shop?user=me&password={SECRET}",
    f"postgresql://me:${{SHOP_PASSWORD}}{SECRET}@host/shop",
    f"postgresql://me:${{SHOP_PASSWORD}}@host/shop?sslpassword={SECRET}#x",
    f"s3://key:{SECRET}@bucket/customers.parquet",
    f"{{inputs: {{shop: {{path: 'postgresql://me:{SECRET}@host/shop'}}}}}}",
)
WITHOUT = (
    "customers.csv",
    "exports/*.csv",
    "postgresql://host:5432/shop",
    "postgresql://${SHOP_USER}:${SHOP_PASSWORD}@host:5432/shop",
    "postgresql://me@host/shop?password=${SHOP_PASSWORD}&sslmode=require",
    "--vars={k: 5}",
)


@pytest.mark.parametrize("text", WITH_PASSWORD)
def test_password_is_refused_and_not_repeated(text):
    assert SECRET not in without_password(text)
    with pytest.raises(UserError, match="holds a password") as refused:
        require_no_password(text)
    assert SECRET not in str(refused.value)
    with pytest.raises(UserError):  # nor is one that dbt's configuration took out
        require_no_password(without_password(text))


@pytest.mark.parametrize("text", WITHOUT)
def test_names_of_variables_are_no_password(text):
    assert without_password(text) == text
    require_no_password(text)


def test_variables_are_filled_in_as_part_of_an_address(monkeypatch):
    monkeypatch.setenv("SHOP_PASSWORD", "p@ss/w:rd")
    monkeypatch.delenv("SHOP_USER", raising=False)
    address = "postgresql://me:${SHOP_PASSWORD}@host/shop"
    assert filled_in(address) == "postgresql://me:p%40ss%2Fw%3Ard@host/shop"
    with pytest.raises(UserError, match="variable SHOP_USER, which is not set"):
        filled_in("postgresql://${SHOP_USER}@host/shop")


def test_commands_refuse_a_password(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("SEGMENTS_WAREHOUSE", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    address = WITH_PASSWORD[0]
    assert main(["init", address]) == 1
    assert main(["build", "--vars", f"{{inputs: {{x: {{path: '{address}'}}}}}}"]) == 1
    monkeypatch.setenv("SEGMENTS_PATH", address)
    assert main(["build"]) == 1
    said = capsys.readouterr()
    assert said.err.count("holds a password") == 3
    assert SECRET not in said.err + said.out
    dialect = inspect_input({"x": {"path": "x"}}, default="x", path=address)
    assert "holds a password" in dialect.problem
    assert SECRET not in repr(dialect)


def test_configuration_of_the_model_has_the_packages_rule():
    file = PROJECT / "python_models" / "reading" / "_reading__models.yml"
    models = yaml.safe_load(file.read_text("utf-8"))["models"]
    metas = [m["config"].get("meta", {}) for m in models]
    rules = [meta["inputs"] for meta in metas if "inputs" in meta]
    assert len(rules) == 2
    for rule in rules:
        assert PASSWORD in re.sub(r"'\s+'", "", rule)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> tuple[Path, str]:
    """Build the staging of a project whose inputs hold scripts and passwords."""
    project = tmp_path_factory.mktemp("hostile")
    for path in PROJECT.iterdir():
        kept = path.name.startswith(".") or path.name in ("target", "logs", "output")
        if not kept and path.name not in ("dbt_project.yml", "warehouse"):
            (project / path.name).symlink_to(path)
    text = (PROJECT / "dbt_project.yml").read_text("utf-8")
    settings = yaml.safe_load(text)
    settings["vars"]["inputs"] = {
        "hostile": {
            "kind": "orders",
            "path": f"shop {IMAGE}.csv",
            "columns": {
                **{"customer_id": SCRIPT, "ordered_at": "day"},
                **{"category": IMAGE, "amount": "amount"},
            },
        },
        "other": {"path": f"postgresql://me:{SECRET}@host/shop", "columns": {}},
    }
    settings["vars"]["default_input"] = "hostile"
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings), "utf-8")
    lines = [f"{SCRIPT};day;{IMAGE};amount"]
    for number in range(60):
        category = (SCRIPT, IMAGE, "plain")[number % 3]
        day = f"2024-01-{number % 28 + 1:02}"
        lines.append(f"{PLANTED}{number % 20};{day};{category};{number}")
    (project / f"shop {IMAGE}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    environment = {k: v for k, v in os.environ.items() if "SEGMENTS_" not in k}
    build = subprocess.run(
        [
            *(sys.executable, "-m", "segmentation.cli", "build", "--select"),
            *("+stg_input__category_spend", "stg_input__campaign_outcomes"),
            *("--exclude-resource-type", "test"),
        ],
        cwd=project,
        env={**environment, "PYTHONPATH": str(PROJECT), "SEGMENTS_INPUT": "hostile"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        for name in os.environ.copy():
            if name.startswith("SEGMENTS_"):
                patch.delenv(name)
        patch.setenv("SEGMENTS_INPUT", "hostile")
        # as the command has it: a folder for each input
        patch.setenv("DBT_TARGET_PATH", str(project / "target" / "hostile"))
        write_docs(project, project / "docs.html")
    return project, build.stdout + build.stderr


def test_no_password_is_in_anything_that_was_written_or_said(hostile):
    project, said = hostile
    assert SECRET not in said
    secret = SECRET.encode()
    names = [
        str(path.relative_to(project))
        for path in project.rglob("*")
        if path.is_file() and not path.is_symlink()
    ]
    holding = [name for name in names if secret in (project / name).read_bytes()]
    assert holding == ["dbt_project.yml"]
    assert "target/hostile/manifest.json" in names
    assert "logs/hostile/dbt.log" in names
    assert "docs.html" in names


def test_no_customer_is_named_outside_of_the_warehouse(hostile):
    project, said = hostile
    assert PLANTED not in said
    holding = {
        path.relative_to(project).parts[0]
        for path in project.rglob("*")
        if path.is_file() and PLANTED.encode() in path.read_bytes()
    }
    # neither target, logs nor docs.html
    assert holding <= {"warehouse", f"shop {IMAGE}.csv"}
    assert f"shop {IMAGE}.csv" in holding


def test_documentation_holds_no_tag_of_the_data(hostile):
    page = (hostile[0] / "docs.html").read_text("utf-8")
    # counted, as pytest would compare five megabytes word by word
    assert page.count("window.ran=1") > 0
    for tag in ("<script>window.ran", "<img src=x onerror=window", 'INLINE DATA"'):
        assert page.count(tag) == 0


@pytest.mark.skipif(
    CHROMIUM is None,
    reason="THE DOCUMENTATION WAS NOT TRIED: there is no chromium; install it "
    "(apt-get install chromium) and run the tests again",
)
def test_nothing_of_the_data_runs_in_the_documentation(hostile):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        address = (hostile[0] / "docs.html").as_uri()
        for model in ("stg_input__records", "stg_input__category_spend"):
            page = browser.new_page()
            page.goto(f"{address}#!/model/model.segmentation.{model}")
            shown = f"document.body.innerText.includes('{model}')"
            page.wait_for_function(shown, timeout=60_000)
            assert page.evaluate("window.ran") is None
            page.close()
        browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="THE DOCUMENTATION WAS NOT TRIED")
def test_payloads_in_every_comment_run_nowhere_in_the_documentation(hostile, tmp_path):
    """Comments of columns name headers of the file and words of the definition."""
    from playwright.sync_api import sync_playwright

    target = hostile[0] / "target" / "hostile"
    for file in ("index.html", "manifest.json"):
        shutil.copy(target / file, tmp_path)
    catalog = json.loads((target / "catalog.json").read_text("utf-8"))
    shown = "model.segmentation.stg_input__records"
    for node in catalog["nodes"].values():
        node["metadata"]["comment"] = PAYLOADS[0]
        for number, column in enumerate(node["columns"].values()):
            column["comment"] = PAYLOADS[number % len(PAYLOADS)]
    assert shown in catalog["nodes"]
    (tmp_path / "catalog.json").write_text(json.dumps(catalog), "utf-8")
    page_file = tmp_path / "docs.html"
    page_file.write_text(docs_page(tmp_path), "utf-8")
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page, dialogs = browser.new_page(), []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        page.goto(f"{page_file.as_uri()}#!/model/{shown}")
        there = "document.body.innerText.includes('stg_input__records')"
        page.wait_for_function(there, timeout=60_000)
        page.wait_for_timeout(500)
        assert page.evaluate("window.ran") is None
        assert dialogs == []
        browser.close()


PARTS = (
    "--select=segments", "-s segments", "-ssegments", "-m segments", "--models=x",
    "--model x", "--exclude=tag:explore", "--exclude tag:explore", "--selector=x",
    "--resource-type=model", "--resource-types seed", "--empty",
    "--exclude-resource-type=test", "--full-refresh --select x",
)  # fmt: skip


@pytest.mark.parametrize("words", PARTS)
def test_part_of_a_build_is_known_however_it_is_asked_for(words):
    arguments = ["build", "--exclude-resource-type", "unit_test", *words.split()]
    assert builds_a_part(arguments)


@pytest.mark.parametrize("words", ["", "--full-refresh", "--threads 1", "-x"])
def test_whole_build_is_no_part(words):
    assert not builds_a_part(
        ["build", "--exclude-resource-type", "unit_test", *words.split()]
    )


def test_part_by_the_environment_and_words_that_dbt_does_not_know(monkeypatch):
    with pytest.raises(UserError, match="No such option"):
        builds_a_part(["build", "--slect", "x"])
    monkeypatch.setenv("DBT_RESOURCE_TYPES", "seed")
    assert builds_a_part(["build"])
