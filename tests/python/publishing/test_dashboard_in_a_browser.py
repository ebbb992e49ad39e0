"""The dashboard as a person meets it, in Chromium."""

import csv
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from segmentation.publishing.audience import write_audience
from segmentation.publishing.charts import Chart, charts, pictures
from segmentation.publishing.dashboard import contents, draw, draw_dashboard
from tests.payloads import PAYLOADS

PROJECT = Path(__file__).parents[3]
TEMPLATE = Path(draw.__file__).parent / "template"
# Debian's, Ubuntu's and Google's names of it; playwright's own would be a download
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="THE DASHBOARD WAS NOT TRIED: there is no chromium; install it "
        "(apt-get install chromium) and run the tests again",
    ),
]
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
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


EXPLORE = "#view=explore"
# two days of a history
SIZES = """
    create table marts.segment_sizes_history as
    select
        date '2024-06-30' - before as observed_on, segment_key, segment_name,
        customers - before / 3 as customers, customer_share,
        1000 - before as total_spend, cast(null as date) as year_before_on
    from marts.segments, unnest([0, 30]) as earlier (before)
"""
VIEWS = ["week", "segments", "explore", "campaign", "evidence"]


def shown(page) -> str:
    return page.inner_text("#shown")


def figure(page, label: str) -> str:
    return page.locator(".cards .card", has_text=label).locator(".figure").inner_text()


def test_figures_are_those_of_the_marts(visit):
    page = visit(EXPLORE)
    assert shown(page) == "300 of 300 customers"
    assert figure(page, "Total spend") == "60,600"
    assert figure(page, "Response rate") == "11.0\xa0%"  # 33 of 300


def test_a_filter_changes_every_figure(visit):
    page = visit(EXPLORE)
    parts = ("#special", "#table", "#sizes", "#short")
    before = [page.inner_text(part) for part in parts]
    page.select_option("select[name=household]", label="Couple")
    assert shown(page) == "150 of 300 customers"
    assert page.locator("#audience code").nth(2).inner_text() == page.url
    assert figure(page, "Total spend") == "30,300"
    for part, text in zip(parts, before, strict=True):
        assert page.inner_text(part) != text, part
    assert page.url.endswith("#view=explore&household=Couple")
    page.click("text=Clear all")
    assert shown(page) == "300 of 300 customers"
    assert [page.inner_text(part) for part in parts] == before


def test_an_address_leads_to_a_segment(visit):
    page = visit("#segment=S03&education=PhD")
    assert page.locator("#filters button[aria-pressed=true]").count() == 1
    assert page.locator("#table tbody tr").count() == 2  # the segment and all shown
    customers = int(shown(page).split()[0])
    assert 0 < customers < 100
    page.evaluate("location.hash = 'view=explore&segment=S01'")
    page.wait_for_function(
        "document.getElementById('shown').innerText.startsWith('100')"
    )


def test_dragging_on_the_map_selects(visit):
    page = visit(EXPLORE)
    box = page.locator("#map canvas").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert 0 < int(shown(page).split()[0]) < 200
    selected = shown(page)
    assert "&box=" in page.url
    page.click("text=Clear the selection")
    assert shown(page) == "300 of 300 customers"
    page.go_back()
    assert shown(page) == selected


def test_a_selection_from_a_sample_says_so(visit, tiny_warehouse):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "delete from marts.customer_embedding where customer_id > 'C-000200'"
        )
    page = visit(EXPLORE)
    assert "A sample: 200 of 300 customers" in page.inner_text("#map")
    box = page.locator("#map canvas").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 100)
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
    for _ in range(3):  # the first view is on, the third is Explore
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Explore"
    while not page.evaluate("document.activeElement.hasAttribute('aria-pressed')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shown(page) == "100 of 300 customers"
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == (
        "true"
    )
    assert page.inner_text("#spoken") == "100 customers shown"


def test_hostile_names_are_text(visit, hostile_names):
    page = visit("#view=segments")
    titles = page.locator(".person h2").all_inner_texts()
    assert titles == list(hostile_names)
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 3


# what the page goes by
KEPT = {"customer_id", "segment_key", "status", "colour", "unit", "input_name"}


def test_payloads_in_every_text_run_nowhere(visit, tiny_warehouse):
    rows = [(number, payload) for number, payload in enumerate(PAYLOADS)]
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute("create temp table payloads (number int, payload text)")
        connection.executemany("insert into payloads values (?, ?)", rows)
        texts = connection.sql(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'marts' and data_type = 'VARCHAR' order by all"
        ).fetchall()
        for table, column in texts:
            if column not in KEPT:
                # the same for the same value, so that groups stay groups
                connection.execute(
                    f"update marts.{table} set {column} = {column} || payload "
                    f"from payloads where number = hash({column} || '{column}') "
                    f"% {len(PAYLOADS)}"
                )
    for view in VIEWS:
        page = visit(f"#view={view}")
        if view in ("segments", "explore"):  # they are shown, as text
            assert "window.ran" in page.inner_text("body")
        assert page.evaluate("window.ran") is None, view
        assert page.locator("img, iframe, base, video, math").count() == 0, view
        assert page.locator("script").count() == 3, view
        assert page.locator("[href^=javascript]").count() == 0, view


def test_hostile_values_are_text(visit, tiny_warehouse):
    hostile = "<img src=x onerror=alert(1)>\u2028'\"]);"
    with duckdb.connect(tiny_warehouse) as connection:
        for column in ("education", "household_type", "preferred_channel"):
            connection.execute(
                f"update marts.customers set {column} = ? where segment_key = 'S01'",
                [hostile],
            )
        connection.execute("update marts.segments set segment_name = ?", [hostile])
    page = visit(EXPLORE)
    page.select_option("select[name=education]", label=hostile.replace("\u2028", " "))
    assert shown(page) == "100 of 300 customers"
    assert page.locator("img").count() == 0


def test_download_neutralises_formulas(visit):
    page = visit(EXPLORE)
    with page.expect_download() as download:
        page.click("text=Download as CSV")
    text = Path(download.value.path()).read_bytes().decode()
    assert text.count("\r\n") == 4
    assert '"\'=HYPERLINK(""http' in text


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scroll(visit, scheme, view):
    page = visit(
        f"#view={view}", viewport={"width": 400, "height": 800}, color_scheme=scheme
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_a_phone_needs_no_sideways_scroll_for_changes_and_long_words(
    visit, tiny_warehouse
):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(SIZES)
        connection.execute(
            "update marts.segments set segment_name = repeat('Wolkenkratzer', 5) "
            "where segment_key = 'S01'"
        )
    page = visit(viewport={"width": 400, "height": 800})
    assert page.locator("#who .change").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") == 400


@pytest.mark.parametrize("view", [f"view={view}" for view in VIEWS] + ["segment=S01"])
def test_every_control_and_figure_has_a_name(visit, view):
    page = visit(f"#{view}")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(
            'button, select, canvas, section, [role=region], [role=group], svg'
        )].filter((node) => node.checkVisibility() && !(
            node.closest('[aria-hidden]') || node.getAttribute('aria-label')
            || node.getAttribute('aria-labelledby')
            || node.closest('label, [role=figure][aria-label]')
            || node.textContent.trim()
        )).map((node) => node.outerHTML)"""
    )
    assert nameless == []
    # what is read out is told apart by what is read out
    controls = page.evaluate(
        """() => [...document.querySelectorAll(
            'button, select, input, section, [role=region]')]
            .filter((node) => node.checkVisibility())
            .map((node) => node.tagName + (node.getAttribute('aria-label')
                || document.getElementById(node.getAttribute('aria-labelledby'))
                    ?.textContent
                || node.closest('label')?.querySelector('span')?.textContent
                || node.textContent.trim()))"""
    )
    assert sorted(set(controls)) == sorted(controls)
    # a chart is called by what it shows, and no two are called the same
    charts = page.evaluate(
        """() => [...document.querySelectorAll(
                '[role=figure], [role=graphics-document]')]
            .filter((node) => node.checkVisibility())
            .map((node) => node.getAttribute('aria-label'))"""
    )
    assert "Vega visualization" not in charts
    assert len(set(charts)) == len(charts)


def test_dark_and_light_texts_are_readable(visit):
    for scheme in ("light", "dark"):
        page = visit(EXPLORE, color_scheme=scheme)
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
    [
        {},
        {"color_scheme": "dark"},
        {"viewport": {"width": 400, "height": 800}},
        {"viewport": {"width": 640, "height": 360}, "device_scale_factor": 2},
    ],
    ids=["light", "dark", "phone", "zoomed"],
)
@pytest.mark.parametrize("view", [f"view={view}" for view in VIEWS] + ["segment=S01"])
def test_sample_has_no_accessibility_violation(visit, sample_address, settings, view):
    page = visit(f"#{view}", address=sample_address, **settings)
    results = Axe().run(page)
    assert results.response["passes"]
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize(
    ("name", "value", "condition"),
    [
        ("education", "PhD", "education = 'PhD'"),
        ("household", "Couple", "household_type = 'Couple'"),
        ("age", "40 to 49", "age between 40 and 49 and not is_age_implausible"),
        ("channel", "web", "preferred_channel = 'web'"),
    ],
)
def test_every_filter_shows_what_the_mart_says(
    visit, sample, sample_address, name, value, condition
):
    page = visit(EXPLORE, address=sample_address)
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


def test_rfm_follows_the_choice_of_segments_and_the_plan_is_whole(
    visit, sample, sample_address
):
    page = visit("#view=explore&segment=S02", address=sample_address)
    ((name, contacts),) = sample.query(
        "select segment_name, contacts from marts.campaign_plan "
        "where segment_key = 'S02'"
    )
    assert page.locator("#rfm thead th").all_inner_texts() == ["Class", name]
    page = visit("#view=campaign", address=sample_address)
    plan = [
        row.split("\t")[:2] for row in page.locator("#campaign tr").all_inner_texts()
    ]
    assert [name, str(contacts)] in plan
    assert len(plan) == 6  # the head, four segments and the sum


def test_value_that_is_no_forecast_is_not_called_one(visit, sample, sample_address):
    # everybody in the sample bought of late, so the data cannot tell who stops
    assert sample.query("select distinct is_estimate from marts.value_by_segment") == [
        (False,)
    ]
    page = visit(EXPLORE, address=sample_address)
    assert "Not a forecast" in page.inner_text("#value")


# two years of orders, and the marts that sum them up
ORDERS = """
    create table marts.customer_orders as
    select
        customer_id, cast(ordered_on as date) as ordered_on, segment_key,
        cast(date_trunc('month', ordered_on) as date) as ordered_month,
        cast(10 + hash(customer_id) % 90 as decimal(18, 2)) as spend,
        nth % 7 > 0 as is_purchase, segment_key as segment_key_then
    from marts.customers, unnest([1, 2, 3, 4, 5, 6, 7]) as orders (nth),
        lateral (
            select date '2022-07-01'
                + cast(hash(customer_id) % 200 + 70 * nth as integer) as ordered_on
        ) as days;
    create table marts.segment_spend_by_month as
    select
        ordered_month, segment_key, segment_key as segment_name, sum(spend) as spend,
        count(distinct customer_id) filter (is_purchase) as customers
    from marts.customer_orders group by all;
    create table marts.category_demand as
    select
        category, channel, segment_key, row_number() over () as allocated_spend
    from unnest(['toys', 'garden']) as categories (category),
        unnest(['web', 'store']) as channels (channel), marts.segments;
"""


def test_time_is_filtered_as_the_marts_say(visit, tiny_warehouse):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(ORDERS)
        everything, spend, buyers = connection.execute(
            """
            select
                sum(spend), sum(spend) filter (is_asked), count(
                    distinct (customer_id, ordered_month)
                ) filter (is_asked and is_purchase)
            from (
                select
                    orders.*, household_type = 'Couple'
                    and orders.segment_key in ('S01', 'S02') and ordered_month
                    between date '2022-11-01' and date '2023-04-01' as is_asked
                from marts.customer_orders as orders
                inner join marts.customers using (customer_id)
            )
            """
        ).fetchone()
        came = connection.execute(
            """
            select count(*) from (
                select min(ordered_month) as joined from marts.customer_orders
                inner join marts.customers using (customer_id)
                where is_purchase and household_type = 'Couple'
                and customer_orders.segment_key in ('S01', 'S02') group by customer_id
            ) where joined between date '2022-10-01' and date '2022-12-31'
            """
        ).fetchone()
        sold = connection.execute(
            "select sum(allocated_spend) from marts.category_demand "
            "where category = 'toys' and segment_key in ('S01', 'S02') "
            "group by channel order by channel"
        ).fetchall()
    page = visit("#view=time")
    assert shown(page).startswith(f"{everything:,.0f} in ")
    page.select_option("#filters select[name=from]", label="Nov 2022")
    page.select_option("#filters select[name=to]", label="Apr 2023")
    page.select_option("#filters select[name=household]", label="Couple")
    for chip in page.locator("#filters button[aria-pressed]").all()[:2]:
        chip.click()
    assert shown(page) == f"{spend:,.0f} in 6 months"
    page.wait_for_function(
        """wanted => {
            const bars = [...document.querySelectorAll("#spend-by-month [aria-label]")]
                .map((bar) => bar.ariaLabel.replaceAll(",", ""));
            const sum = (name) => bars.reduce((total, words) => total
                + Number(words.match(`${name}: ([0-9]+)`)?.[1] ?? 0), 0);
            return sum("Spend") === wanted[0] && sum("Customers") === wanted[1];
        }""",
        arg=[float(spend), buyers],
    )
    first = page.locator("#cohorts tbody tr").first.inner_text().split("\t")
    assert first[:2] == ["Oct 2022", str(*came)]
    page.select_option("#filters select[name=category]", label="toys")
    assert page.locator("#sold tbody tr").all_inner_texts() == [
        "\t".join(["toys", *(str(amount) for (amount,) in sold)])
    ]
    assert page.inner_text("#sold .note") == "Not filtered by Household, Period."
    assert page.inner_text("#spend-by-month .note") == "Not filtered by Category."
    assert page.url.endswith(
        "#view=time&segment=S01%2CS02&household=Couple"
        "&from=2022-11&to=2023-04&category=toys"
    )
    assert shown(visit("#" + page.url.split("#")[1])) == shown(page)
    page.go_back()  # to all categories
    assert page.locator("#sold tbody tr").count() == 2
    page.select_option("#filters select[name=to]", index=0)
    assert "Nobody matches." in page.inner_text("[data-view=time] .nobody")
    page.click("[data-view=time] .nobody button >> text=Period")
    assert shown(page).endswith(" months")
    page.click("text=Clear all")
    assert shown(page).startswith(f"{everything:,.0f} in ")
    assert page.url.endswith("#view=time")


def test_first_line_says_the_day_of_the_data_and_the_last_one_that_of_the_fit(
    visit, tiny_warehouse, tmp_path
):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "update marts.customer_segments set observed_on = date '2024-07-31'"
        )
    draw_dashboard(tiny_warehouse, tmp_path / "later.html")
    page = visit(address=(tmp_path / "later.html").as_uri())
    assert page.inner_text("#subtitle") == "as of 31 Jul 2024"
    footer = page.inner_text("#footer")
    assert "data as of 31 Jul 2024, version 1 of the segments, made of the" in footer
    assert "30 Jun 2024" in footer


def test_first_screen_says_what_the_marts_say(visit, sample, sample_address):
    page = visit(address=sample_address)
    ((customers, spend),) = sample.query(
        "select count(*), sum(total_spend) from marts.customers"
    )
    ((risk, best),) = sample.query(
        "select sum(at_risk_customers), sum(high_value_at_risk_customers) "
        "from marts.segment_actions"
    )
    ((profit,),) = sample.query("select sum(expected_profit) from marts.campaign_plan")
    figures = page.locator(".headline .figure").all_inner_texts()
    assert figures == [
        f"{customers:,}", f"{spend / 1_000_000:.2f}m", f"{risk:,}", f"{profit:,.0f}",
    ]  # fmt: skip
    assert f"{best:,} of them among the best" in page.inner_text(".headlines")
    rows = [row.split("\t") for row in page.locator("#who tbody tr").all_inner_texts()]
    assert [(row[0].strip(), row[2], row[3]) for row in rows] == [
        (name, f"{number:,}", f"{each:,.0f}")
        for name, number, each in sample.query(
            "select segment_name, customers, total_spend / customers "
            "from marts.segments where status = 'current' order by value_rank"
        )
    ]
    lists = page.locator("#todo code").all_inner_texts()
    assert len(lists) == len(rows)
    believed = page.inner_text("#believe")
    answers = {
        "good": "Yes.",
        "care": "Partly.",
        "poor": "No.",
        "unknown": "Not known.",
    }
    assert [line.split("? ")[1].split(". ")[0] + "." for line in believed.split("\n")
            if "? " in line] == [
        answers.get(verdict, "Not known.")
        for (verdict,) in sample.query(
            "select verdict from marts.trust_summary order by topic_order"
        )
    ]  # fmt: skip
    assert "This is the first build" in page.inner_text("#changed")


def test_changes_are_those_of_the_mart(visit, tiny_warehouse):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            SIZES
            + """;
            create table marts.segment_transitions as
            select
                date '2024-06-30' as observed_on, origin as from_segment_key,
                origin as from_segment_name, target as to_segment_key,
                target as to_segment_name, number as customers, 0.1 as share_of_origin
            from (values
                ('S01', 'S02', 20), ('S02', 'S02', 70), ('new', 'S03', 1),
                ('S03', 'left', 5)
            ) as moves (origin, target, number)
            """
        )
        names = dict(
            connection.execute(
                "select segment_key, segment_name from marts.segments"
            ).fetchall()
        )
    # long names are cut in links
    names = {
        key: name if len(name) <= 60 else f"{name[:59].rstrip()}…"
        for key, name in names.items()
    }
    page = visit()
    assert page.locator("#changed li").all_inner_texts() == [
        f"20 customers went from {names['S01']} to {names['S02']}.",
        f"5 customers of {names['S03']} left the file.",
        f"1 customer joined, in {names['S03']}.",
        f"{names['S01']} spend less: 10 each, 11 before.",
        f"{names['S02']} spend less: 10 each, 11 before.",
        "70 customers stayed where they were.",
    ]
    assert "since 31 May 2024" in page.inner_text(".headlines")
    # three segments, each with ten more than thirty days before
    assert "▲ 30" in page.inner_text(".headlines")
    assert "▲ 10" in page.inner_text("#who")


def test_a_segment_has_a_page_and_back_leads_back(visit, sample, sample_address):
    page = visit(address=sample_address)
    ((name, share),) = sample.query(
        "select segment_name, customer_share from marts.segments "
        "where segment_key = 'S03'"
    )
    page.click(f"#who >> text={name}")
    assert page.url.endswith("#segment=S03")
    assert page.inner_text(".portrait h2") == name
    assert f"{100 * share:.0f}\xa0%" in page.inner_text(".portrait")
    page.select_option("#different select", index=1)
    assert "difference" in page.inner_text("#different thead")
    page.go_back()  # to no comparison
    assert page.is_visible(".portrait")
    page.go_back()
    assert page.is_visible("#who")
    assert not page.is_visible(".portrait")


def test_figures_of_a_small_segment_are_grey_on_its_page(visit, tiny_warehouse):
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            "delete from marts.customers where segment_key = 'S01' "
            "and customer_id > 'C-000087'"
        )
    page = visit("#segment=S01")
    soft = page.evaluate("getComputedStyle(document.querySelector('.about')).color")
    colour = "figure => getComputedStyle(figure).color"
    figures = page.locator(".facts b:visible")
    assert "29 customers: too few to say" in page.locator(".portrait").inner_text()
    assert figures.first.evaluate(colour) == soft
    page.goto(page.url.replace("S01", "S02"))
    assert "too few" not in page.locator(".portrait").inner_text()
    assert figures.first.evaluate(colour) != soft


def test_amounts_that_are_tried_out_redraw_the_sentence(visit, sample, sample_address):
    page = visit("#view=campaign", address=sample_address)
    ((contacted, profit, cost),) = sample.query(
        "select contacted, profit, contact_cost from marts.campaign_profit_curve, "
        "marts.campaign_summary where is_cut_off"
    )
    assert f"likely profit {profit:,.0f}" in page.inner_text("#profit .verdict")
    page.fill("#profit input[type=number] >> nth=0", str(cost + 1))
    tried = f"likely profit {profit - contacted:,.0f}"
    assert tried in page.inner_text("#profit .verdict")
    with page.expect_navigation():
        page.emulate_media(color_scheme="dark")
    page.wait_for_selector("html[data-ready]")
    assert tried in page.inner_text("#profit .verdict")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert tried not in page.inner_text("#profit .verdict")


def test_nobody_is_said_with_what_to_let_go(visit):
    page = visit("#view=explore&segment=S01")
    for select in page.locator("#filters select").all():
        select.select_option(index=select.locator("option").count() - 1)
        if page.is_visible(".nobody"):
            break
    else:
        pytest.skip("every combination of the filters' last values has customers")
    while page.is_visible(".nobody"):
        page.locator(".nobody button").last.click()
    assert not shown(page).startswith("0 of")


# (fragment of the address, the condition that the page has to make of it)
CONDITIONS = [
    ("segment=S01", "segment_key in ('S01')"),
    ("segment=S01,S03", "segment_key in ('S01', 'S03')"),
    ("education=PhD", "education = 'PhD'"),
    ("household=Couple&segment=S02", "household_type = 'Couple'"),
    ("age=40+to+49", "nullif(age_group, 'unknown') = '40 to 49'"),
    ("channel=Other+or+not+known", "preferred_channel is null or"),
    ("range.income=30000..60000", "income between 30000 and 60000"),
    ("range.total_spend=..100", "total_spend <= 100"),
    ("range.deal_share=0.25..", "deal_share"),
    ("range.income=50000..&education=Master", "income >= 50000"),
    ("box=-1,2,-1,1.5", "customer_embedding"),
]


@pytest.mark.parametrize(("fragment", "words"), CONDITIONS)
def test_condition_selects_whom_the_page_counts(
    visit, sample, sample_address, tmp_path, fragment, words
):
    page = visit(f"#view=explore&{fragment}", address=sample_address)
    condition = page.locator("#audience code").nth(1).inner_text()
    assert words in condition
    counted = int(shown(page).split()[0].replace(",", ""))
    assert sample.query(
        f"select count(*) from marts.customers_wide where {condition}"
    ) == [(counted,)]
    assert counted > 0
    listed = write_audience(sample.warehouse, condition, tmp_path / "list.csv")
    said = page.inner_text("#audience p")
    assert listed == counted or f"the list has {listed:,}." in said


def test_range_is_set_let_go_and_kept_in_the_link(visit, sample_address):
    page = visit(EXPLORE, address=sample_address)
    everybody = shown(page)
    page.select_option(
        "#filters select[aria-label='Feature of the range']", label="Income"
    )
    page.fill("#filters input[aria-label=From]", "60000")
    page.click("text=Add range")
    assert "range.income=60000.." in page.url
    assert shown(page) != everybody
    assert 'segments audience --where "income >= 60000"' in page.inner_text("#audience")
    page.click("#filters button[aria-label^='Remove: Income']")
    assert shown(page) == everybody
    assert "range" not in page.url


def in_german(warehouse, unit: str = "customer") -> None:
    with duckdb.connect(warehouse) as connection:
        connection.execute(
            "create schema if not exists staging; create or replace table "
            f"staging.input_dialect as select '{unit}' as unit, 'EUR' as currency, "
            "'de' as language, '2012-07-30' as first_day"
        )


def test_money_period_and_language_are_those_of_the_definition(visit, tiny_warehouse):
    in_german(tiny_warehouse)
    page = visit()
    assert page.evaluate("document.documentElement.lang") == "de-DE"
    headlines = page.inner_text(".headlines").replace("\xa0", " ")
    assert "Umsatz bisher" in headlines
    assert "60.600 €" in headlines
    assert "Juli 2012 – Juni 2024" in headlines
    assert page.inner_text("#who h2") == "Wer sind sie?"


def test_german_leaves_no_sentence_of_the_page_in_english(visit, sample, tmp_path):
    copy = tmp_path / "german.duckdb"
    shutil.copy(sample.warehouse, copy)
    in_german(copy)
    draw_dashboard(copy, tmp_path / "german.html")
    address = (tmp_path / "german.html").as_uri()
    for view in [*(f"view={view}" for view in VIEWS), "segment=S01&with=S02"]:
        page = visit(f"#{view}", address=address)
        assert page.evaluate("document.documentElement.dataset.untold || ''") == ""


def test_german_of_a_predicted_outcome_leaves_no_sentence_in_english(
    visit, sample, tmp_path
):
    copy = tmp_path / "churn.duckdb"
    shutil.copy(sample.warehouse, copy)
    in_german(copy, unit="account")
    with duckdb.connect(copy) as connection:
        connection.execute(
            """
            update marts.campaign_summary set contact_cost = null, sentence =
                'Accounts are ranked by how likely churn is: somebody of whom it is '
                'true ranks above somebody of whom it is not in 85 of 100 pairs.';
            delete from marts.segment_campaign_response where not is_target;
            update marts.segment_campaign_response
            set campaign = 'churn', campaign_label = 'churn';
            update marts.segments
            set description = replace(description, 'all customers', 'all accounts');
            update marts.segment_rules
            set reading = replace(reading, 'customers', 'accounts');
            update marts.trust_summary
            set sentence = regexp_replace(sentence, '([cC])ustomers', 'accounts', 'g');
            -- named by what is frequent: a list, and too long for a chip
            update marts.segments
            set segment_name = 'DSL, no streaming tv, no streaming movies, no support'
            where segment_key = 'S02';
            """
        )
    draw_dashboard(copy, tmp_path / "churn.html")
    address = (tmp_path / "churn.html").as_uri()
    for view in [*(f"view={view}" for view in VIEWS), "segment=S02&with=S01"]:
        page = visit(f"#{view}", address=address)
        assert page.evaluate("document.documentElement.dataset.untold || ''") == ""
    assert "im Monat" in page.inner_text("#different")  # a rate has its unit


def test_german_knows_all_that_the_seeds_say():
    words = json.loads((TEMPLATE / "words" / "de.json").read_text("utf-8"))
    for seed, columns in (
        ("playbook", ["message_idea"]),
        ("segment_archetypes", ["archetype"]),
        ("feature_catalogue", ["label"]),
    ):
        with (PROJECT / "seeds" / f"{seed}.csv").open(encoding="utf-8") as file:
            said = {row[name] for row in csv.DictReader(file) for name in columns}
        assert said - {""} <= set(words), seed


def test_print_is_four_sheets(visit, sample_address):
    page = visit("#segment=S02", address=sample_address)
    page.wait_for_selector("html[data-printable]", state="attached")
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 4
    # what was made for the paper is gone from the screen
    assert page.locator("#brief").count() == 0


def test_the_chart_that_contributing_shows_is_on_page_and_a_picture(
    visit, sample, tmp_path, monkeypatch
):
    text = (PROJECT / "CONTRIBUTING.md").read_text("utf-8").split("## A chart")[1]
    shown = "\n".join(re.findall(r"(?m)^    (?!# )(.*)$", text.split("\n## ")[0]))
    own = Chart("classes_of_customers", **yaml.safe_load(shown))
    monkeypatch.setattr(contents, "charts", lambda: (*charts(), own))
    monkeypatch.setattr(pictures, "charts", lambda: (own,))
    draw_dashboard(sample.warehouse, tmp_path / "own.html")
    page = visit("#view=evidence", address=(tmp_path / "own.html").as_uri())
    assert page.locator("#classes-of-customers svg").count() == 1
    written = pictures.draw_pictures(sample.warehouse, tmp_path)
    assert [file.name for file in written] == [
        "classes_of_customers.png", "classes_of_customers.svg",
    ]  # fmt: skip


def test_page_runs_no_text_as_script(sample_address):
    page = Path(sample_address.removeprefix("file://")).read_text("utf-8")
    assert "unsafe-eval" not in page.split("</head>")[0]


@pytest.fixture
def orders_address(tiny_warehouse, tmp_path) -> str:
    """Return a page of customers who came in two quarters; two thirds came again."""
    with duckdb.connect(tiny_warehouse) as connection:
        connection.execute(
            """
            create table marts.customer_orders as
            select
                customer_id, true as is_purchase, 10.0 as spend,
                segment_key as segment_key_then, day as ordered_on,
                date_trunc('month', day)::date as ordered_month,
            from marts.customers
            cross join (values (0), (3)) as months (later)
            cross join lateral (
                select (date '2024-01-05'
                    + to_months(3 * (customer_id[-1]::int % 2) + later))::date as day
            )
            where later = 0 or customer_id[-2:]::int % 3 > 0;
            create table marts.segment_spend_by_month as
            select ordered_month, segment_key, segment_name, 10.0 as spend,
                1 as customers,
                0 as new_customers
            from marts.segments cross join (
                select distinct ordered_month from marts.customer_orders
            );
            """
        )
    draw_dashboard(tiny_warehouse, tmp_path / "orders.html")
    return (tmp_path / "orders.html").as_uri()


def test_who_came_when_and_stayed(visit, orders_address):
    page = visit("#view=time", orders_address)
    rows = page.locator("#cohorts tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [
        ["Jan 2024", "150", "66\xa0%"],
        ["Apr 2024", "150", ""],  # the summer is not over
    ]
    assert page.locator("#spend-by-month svg").count() == 1
