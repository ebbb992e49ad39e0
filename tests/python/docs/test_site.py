"""The site of docs/ is whole, reads without a network, and says what is true."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import sync_playwright

from handbook.check import faults
from handbook.commands import pages
from handbook.marts import Mart, as_pages, read_marts, read_overview
from handbook.pages import EXAMPLES, ROOT_PAGES, with_links_of_the_site

PROJECT = Path(__file__).parents[3]
DOCS = sorted((PROJECT / "docs").glob("*.md"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
README = (PROJECT / "README.md").read_text("utf-8")


@cache
def marts() -> list[Mart]:
    return read_marts(PROJECT)


@cache
def reference() -> dict[str, str]:
    return as_pages(PROJECT)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Build the site with stand-ins for the dashboards."""
    output = tmp_path_factory.mktemp("output")
    for name in EXAMPLES:
        (output / name).mkdir()
        (output / name / "dashboard.html").write_text("<html></html>")
    site = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [
            *(Path(sys.executable).parent / "mkdocs", "build", "--strict"),
            *("--site-dir", site),
        ],
        cwd=PROJECT,
        env={**os.environ, "SEGMENTS_OUTPUT": str(output), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr
    return site


def test_the_site_is_built_without_warnings_and_is_whole(site):
    assert faults(site) == []
    for name in EXAMPLES:
        assert (site / "examples" / f"{name}.html").exists()
    assert (site / "search" / "search_index.js").exists()


@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="no Chromium is there")
def test_search_finds_pages_that_are_opened_as_files(site):
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    asked = []
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=browser, args=QUIET)
        page = chromium.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        search = page.locator(".md-search__input")
        search.click()
        search.press_sequentially("holdout", delay=50)
        found = page.get_by_text(re.compile(r"^\d+ matching documents?$"))
        found.wait_for(timeout=60_000)
        chromium.close()
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)


def test_every_page_is_in_the_navigation():
    text = re.sub(r"!ENV ", "", (PROJECT / "mkdocs.yml").read_text("utf-8"))
    named = set(re.findall(r"[\w/-]+\.md", str(yaml.safe_load(text)["nav"])))
    there = {*ROOT_PAGES.values(), *reference(), *(page.name for page in DOCS)}
    assert there <= named


def test_faults_of_a_site_are_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="b.html#there">b</a> <a href="b.html#gone">b</a>'
        '<a href="c.html">c</a>'
        '<img src="gone.png"><script src="https://cdn.example/x.js"></script>'
        '<link rel="stylesheet" href="//fonts.example/x.css">'
        '<link rel="canonical" href="https://example.com/a.html">'
        '<a href="https://example.com">fine</a>'
    )
    (tmp_path / "b.html").write_text('<h2 id="there">b</h2>')
    (tmp_path / "x.css").write_text(
        "a { background: url('https://far.example/x.png') }"
    )
    assert faults(tmp_path) == [
        "a.html fetches https://cdn.example/x.js from a network.",
        "a.html fetches //fonts.example/x.css from a network.",
        "a.html: b.html#gone has no such place.",
        "a.html: c.html leads nowhere.",
        "a.html: gone.png leads nowhere.",
        "x.css fetches https://far.example/x.png.",
    ]


@pytest.mark.parametrize(
    ("text", "page", "repository", "expected"),
    [
        ("[a](docs/x.md#y)", "index.md", "", "[a](x.md#y)"),
        ("[a](../SECURITY.md)", "faq.md", "", "[a](security.md)"),
        ("[a](../models/overview.md)", "faq.md", "", "[a](marts/index.md)"),
        ("![a](docs/i/x.png)", "index.md", "", "![a](i/x.png)"),
        ("[![a](docs/x.png)](docs/y.md)", "index.md", "", "[![a](x.png)](y.md)"),
        ("[a](Makefile)", "index.md", "", "a"),
        ("[a](Makefile#L2)", "index.md", "https://h/r", "[a](https://h/r/blob/main/Makefile#L2)"),
        ("[![ci](../../b.svg)](../../b.yml) · Python", "index.md", "", "Python"),
        ("[a](https://example.com)", "index.md", "", "[a](https://example.com)"),
        ("[a](#here)", "faq.md", "", "[a](#here)"),
    ],
)  # fmt: skip
def test_links_between_files_are_links_of_the_site(text, page, repository, expected):
    assert with_links_of_the_site(text, page, lambda path: True, repository) == expected


def test_links_that_lead_nowhere_stay_to_be_found():
    text = "[a](docs/../gone.md)"
    assert with_links_of_the_site(text, "index.md", lambda path: False, "") == text


def test_every_mart_has_its_section_with_every_column():
    files = (PROJECT / "models" / "marts").rglob("*.sql")
    assert {mart.name for mart in marts()} == {file.stem for file in files}
    pages = reference()
    for mart in marts():
        page = pages[f"marts/{mart.area}.md"]
        section = page[page.index(f"\n## {mart.name}\n") :].split("\n## ")[1]
        assert "```sql\nselect" in section or "```sql\nfrom" in section, mart.name
        for name, kind, what in mart.columns:
            assert what, (mart.name, name)
            assert f"| `{name}` | {kind} |" in section
    assert not any("{{" in page for page in pages.values())


def test_every_mart_answers_a_question_of_the_overview():
    named = set(re.findall(r"\.md#(\w+)\)", read_overview(PROJECT, marts())))
    assert named == {mart.name for mart in marts()}


@pytest.fixture(scope="module")
def names_of_the_project() -> set[str]:
    return {
        name
        for folder in ("models", "python_models", "seeds", "macros", "segmentation")
        for file in (PROJECT / folder).rglob("*")
        if file.suffix in {".yml", ".sql", ".py", ".csv"}
        for name in re.findall(r"\w+", file.read_text("utf-8"))
    }


@pytest.mark.parametrize("page", [*DOCS, PROJECT / "README.md"], ids=lambda p: p.name)
def test_marts_and_columns_that_a_page_names_are_there(page, names_of_the_project):
    beginnings = ("segment_", "campaign_", "customer_", "eda_", "category_", "channel_")
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    named = {n for n in re.findall(r"`(\w+)`", text) if n.startswith(beginnings)}
    assert named <= names_of_the_project


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.name)
def test_files_of_the_project_that_a_page_names_are_there(page):
    folders = {f.name for f in PROJECT.iterdir() if f.is_dir()}
    folders -= {"output", "warehouse", "target", "logs", "build", ".venv"}
    for name in re.findall(r"`([\w./-]+)`", page.read_text("utf-8")):
        first, slash, _ = name.partition("/")
        if slash and first in folders:
            assert (PROJECT / name).exists(), name


@pytest.mark.parametrize("page", [*DOCS, *PROJECT.glob("*.md")], ids=lambda p: p.name)
def test_lists_of_a_page_are_lists_in_the_site_too(page):
    """Python-Markdown wants an empty line before a list, GitHub does not."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for before, line in zip(text.splitlines(), text.splitlines()[1:], strict=False):
        if re.match(r"[-*] |\d+\. ", line) and re.match(r"[A-Za-z(`*|\[]", before):
            assert re.match(r"[-*] ", before), f"{before} / {line}"


def test_the_readme_is_one_screen_and_some_links():
    assert len(README.splitlines()) <= 70
    assert max(map(len, README.splitlines())) <= 220


def test_the_readme_names_the_versions_and_counts_the_marts():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "Python 3.11, 3.12, 3.13" in README
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    assert "\ndbt-core==1.11." in lock and "dbt 1.11" in README
    assert "\nduckdb==2.0." in lock and "DuckDB 2.0" in README
    assert project["license"] == "Apache-2.0" and "Apache-2.0" in README
    assert f"| {len(marts())} tables |" in README
    start = (PROJECT / "docs" / "start.md").read_text("utf-8")
    assert f"Published {len(marts())} marts" in start


def test_one_version_stands_everywhere():
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"][
        "version"
    ]
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text("utf-8"))
    assert settings["version"] == citation["version"] == version
    changes = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"(?m)^## {re.escape(version)}\b", changes)


def rows_of_table(text: str, first: str) -> list[list[str]]:
    """Return the cells of the table whose first line begins so."""
    table = text[text.index(f"\n{first}") :].strip().split("\n\n")[0]
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in table.splitlines()[2:]
    ]


def test_comparison_with_notebooks_is_that_of_the_public_files():
    text = (PROJECT / "docs" / "strangers.md").read_text("utf-8")
    ratios = [row[-1] for row in rows_of_table(text, "| file | columns that tell")]
    *each, mean = [float(ratio.strip("| *")) for ratio in ratios]
    compared = " ".join((PROJECT / "docs" / "compare.md").read_text("utf-8").split())
    assert f"carry {min(each):.2f} to {max(each):.2f} times what" in compared
    assert f"all columns carry, {mean:.2f} times in the mean" in compared
    assert mean == pytest.approx(sum(each) / len(each), abs=0.005)


def test_what_the_comparison_says_of_this_project_is_shown():
    text = (PROJECT / "docs" / "compare.md").read_text("utf-8")
    claims = rows_of_table(text, "| | here |")
    proofs = dict(rows_of_table(text, "| claim | shown by |"))
    known = {mart.name for mart in marts()}
    claimed = {row[0] for row in claims if not row[1].startswith("**no**")}
    assert claimed == proofs.keys() and len(claimed) > 12
    for claim, proof in proofs.items():
        shown = re.findall(r"`([\w./]+)`", proof)
        assert shown, claim
        for name in shown:
            assert name in known or (PROJECT / name).exists(), name
