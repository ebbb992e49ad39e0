"""The dashboard as a person meets it, in Chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from segmentation.publishing.dashboard import draw_dashboard

# Debian's, Ubuntu's and Google's names of it; playwright's own would be a download
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="THE DASHBOARD WAS NOT TRIED: there is no chromium; install it "
    "(apt-get install chromium) and run the tests again",
)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def address(tiny_warehouse, tmp_path) -> str:
    draw_dashboard(tiny_warehouse, tmp_path / "dashboard.html")
    return (tmp_path / "dashboard.html").as_uri()


@pytest.fixture(scope="module")
def sample_address(sample, tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("dashboard") / "dashboard.html"
    draw_dashboard(sample.warehouse, file)
    return file.as_uri()


@pytest.fixture
def visit(browser, request):
    """Open a page; afterwards nothing may have been asked for or complained of."""
    contexts, wrong = [], []

    def open_page(fragment: str = "", address: str = "", **settings) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, **settings}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append("a dialog"), dialog.dismiss()))
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith(("file:", "data:", "blob:"))
                or wrong.append(asked.url)
            ),
        )
        # drawn now: a test may have changed the warehouse before
        address = address or request.getfixturevalue("address")
        page.goto(address + fragment)
        page.wait_for_function("document.documentElement.dataset.ready")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def shown(page) -> str:
    return page.inner_text("#shown")


def figure(page, label: str) -> str:
    return page.locator(".cards .card", has_text=label).locator(".figure").inner_text()


def test_figures_are_those_of_the_marts(visit):
    page = visit()
    assert shown(page) == "300 of 300 customers"
    assert figure(page, "Total spend") == "60,600"
    assert figure(page, "Response rate") == "11.0\xa0%"  # 33 of 300


def test_a_filter_changes_every_figure(visit):
    page = visit()
    parts = ("#special", "#table", "#sizes", "#short", ".people")
    before = [page.inner_text(part) for part in parts]
    page.select_option("select[name=household]", label="Couple")
    assert shown(page) == "150 of 300 customers"
    assert figure(page, "Total spend") == "30,300"
    for part, text in zip(parts, before, strict=True):
        assert page.inner_text(part) != text, part
    assert page.url.endswith("#household=Couple")
    page.click("text=Clear all")
    assert shown(page) == "300 of 300 customers"
    assert [page.inner_text(part) for part in parts] == before


def test_an_address_leads_to_a_segment(visit):
    page = visit("#segment=S03&education=PhD")
    assert page.locator("#filters button[aria-pressed=true]").count() == 1
    assert page.locator("#table tbody tr").count() == 2  # the segment and all shown
    customers = int(shown(page).split()[0])
    assert 0 < customers < 100
    page.evaluate("location.hash = 'segment=S01'")
    page.wait_for_function(
        "document.getElementById('shown').innerText.startsWith('100')"
    )
    assert page.locator(".person.away").count() == 2


def test_dragging_on_the_map_selects(visit):
    page = visit()
    box = page.locator("#map canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert 0 < int(shown(page).split()[0]) < 200
    page.click("text=Clear the selection")
    assert shown(page) == "300 of 300 customers"


def test_a_selection_from_a_sample_says_so(visit, tiny_warehouse):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "delete from marts.customer_embedding where customer_id > 'C-000200'"
        )
    page = visit()
    assert "A sample: 200 of 300 customers" in page.inner_text("#map")
    box = page.locator("#map canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert shown(page).endswith(" of 200 sampled customers")
    customers = page.locator(".cards .card", has_text="Customers").first
    assert customers.inner_text().endswith("of the sample")


def test_keyboard_is_enough(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == (
        "Skip to the figures"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shown(page) == "100 of 300 customers"
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == (
        "true"
    )
    assert page.inner_text("#spoken") == "100 customers shown"


def test_hostile_names_are_text(visit, hostile_names):
    page = visit("#segment=S01")
    titles = page.locator(".person h3").all_inner_texts()
    assert titles == list(hostile_names)
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 3


def test_hostile_values_are_text(visit, tiny_warehouse):
    hostile = "<img src=x onerror=alert(1)>\u2028'\"]);"
    with duckdb.connect(tiny_warehouse) as connection:
        for column in ("education", "household_type", "preferred_channel"):
            connection.execute(
                f"update marts.customers set {column} = ? where segment_key = 'S01'",
                [hostile],
            )
        connection.execute("update marts.segments set segment_name = ?", [hostile])
    page = visit()
    page.select_option("select[name=education]", label=hostile.replace("\u2028", " "))
    assert shown(page) == "100 of 300 customers"
    assert page.locator("img").count() == 0


def test_download_neutralises_formulas(visit):
    page = visit()
    with page.expect_download() as download:
        page.click("text=Download as CSV")
    text = Path(download.value.path()).read_bytes().decode()
    assert text.count("\r\n") == 4
    assert '"\'=HYPERLINK(""http' in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scroll(visit, scheme):
    page = visit(viewport={"width": 400, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_every_control_and_figure_has_a_name(visit):
    page = visit()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(
            'button, select, canvas, section, [role=region], [role=group], svg'
        )].filter((node) => !(
            node.getAttribute('aria-label') || node.getAttribute('aria-labelledby')
            || node.closest('label, [role=figure][aria-label]')
            || node.textContent.trim()
        )).map((node) => node.outerHTML)"""
    )
    assert nameless == []


def test_dark_and_light_texts_are_readable(visit):
    for scheme in ("light", "dark"):
        page = visit(color_scheme=scheme)
        # WCAG 2.2, contrast of body text and of quiet text with the card they are on
        ratios = page.evaluate(
            """() => {
            const light = (colour) => {
                const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
                    const value = part / 255;
                    return value <= 0.04045 ? value / 12.92
                        : ((value + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
            };
            const card = document.querySelector('.cards .card');
            const back = light(getComputedStyle(card).backgroundColor);
            return ['.figure', '.label'].map((name) => {
                const front = light(getComputedStyle(card.querySelector(name)).color);
                return (Math.max(front, back) + .05) / (Math.min(front, back) + .05);
            });
        }"""
        )
        assert min(ratios) >= 4.5


@pytest.mark.parametrize(
    "settings",
    [{}, {"color_scheme": "dark"}, {"viewport": {"width": 400, "height": 800}}],
    ids=["light", "dark", "phone"],
)
def test_sample_has_no_accessibility_violation(visit, sample_address, settings):
    page = visit(address=sample_address, **settings)
    results = Axe().run(page)
    assert results.response["passes"]
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize(
    ("name", "value", "condition"),
    [
        ("education", "PhD", "education = 'PhD'"),
        ("household", "Couple", "household_type = 'Couple'"),
        ("age", "40-49", "age between 40 and 49 and not is_age_implausible"),
        ("channel", "web", "preferred_channel = 'web'"),
    ],
)
def test_every_filter_shows_what_the_mart_says(
    visit, sample, sample_address, name, value, condition
):
    page = visit(address=sample_address)
    page.select_option(f"select[name={name}]", label=value)
    with duckdb.connect(sample.warehouse, read_only=True) as connection:
        customers, spend, rate = connection.execute(
            "select count(*), sum(total_spend), avg(cast(target_accepted as integer)) "
            f"from marts.customers where {condition}"
        ).fetchone()
    assert customers > 0
    assert figure(page, "Customers") == f"{customers:,}"
    assert figure(page, "Total spend") == f"{spend:,.0f}"
    assert figure(page, "Response rate") == f"{100 * rate:.1f}\xa0%"


def test_plan_and_rfm_follow_the_choice_of_segments(visit, sample, sample_address):
    page = visit("#segment=S02", address=sample_address)
    ((name, contacts),) = sample.query(
        "select segment_name, contacts from marts.campaign_plan "
        "where segment_key = 'S02'"
    )
    rows = page.locator("#campaign tbody tr")
    assert rows.count() == 2  # the segment and the sum
    assert rows.first.inner_text().split("\t")[:2] == [name, str(contacts)]
    assert page.locator("#rfm thead th").all_inner_texts() == ["RFM class", name]


def test_value_that_is_no_forecast_is_not_called_one(visit, sample, sample_address):
    # everybody in the sample bought of late, so the data cannot tell who stops
    assert sample.query("select distinct is_estimate from marts.value_by_segment") == [
        (False,)
    ]
    page = visit(address=sample_address)
    assert "Not a forecast" in page.inner_text("#value")


def test_first_line_says_the_day_of_the_data_and_the_last_one_that_of_the_fit(
    visit, tiny_warehouse, tmp_path
):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "update marts.customer_segments set observed_on = date '2024-07-31'"
        )
    draw_dashboard(tiny_warehouse, tmp_path / "later.html")
    page = visit(address=(tmp_path / "later.html").as_uri())
    assert "as of 2024-07-31." in page.inner_text("#subtitle")
    assert "2024-06-30" not in page.inner_text("#subtitle")
    footer = page.inner_text("#footer")
    assert "data as of 2024-07-31, model version 1, fitted to the data of" in footer
    assert "2024-06-30" in footer
