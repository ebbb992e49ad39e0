"""The dashboard as people see it: drawn by Superset's page, filtered by its own filter.

Needs the same environment as test_superset.py, and a Chromium on the machine. With
SEGMENTS_BI_PICTURES, a folder, the pages are kept as pictures.
"""

import json
import os
import socket
import subprocess
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from shutil import which

import duckdb
import pytest
from playwright.sync_api import Page, sync_playwright

INPUTS = ("sample", "orders")
CHROMIUM = next(filter(None, map(which, ("chromium", "google-chrome"))), None)
SECONDS = 240  # a page of eight charts on a busy machine

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium: nothing is drawn"
)


@pytest.fixture(scope="module")
def address(found, superset_home):
    """Serve the Superset that has the bundles; return its address."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {
        "SUPERSET_CONFIG_PATH": f"{superset_home}/superset_config.py",
        "SUPERSET_HOME": str(superset_home),
        "FLASK_APP": "superset.app:create_app()",
    }
    superset = Path(os.environ["SEGMENTS_BI_PYTHON"]).with_name("superset")
    server = subprocess.Popen(
        [superset, "run", "-p", str(port), "--with-threads"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: urllib.request.urlopen(f"{url}/health").status == 200)
        yield url
    finally:
        server.terminate()
        server.wait()


def wait_for(condition) -> None:
    """Ask until it is so."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.5)


@pytest.fixture(scope="module")
def page(address):
    """Log in; the window is so high that each chart is drawn."""
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page(viewport={"width": 1500, "height": 3200})
        page.set_default_timeout(1000 * SECONDS)
        page.goto(f"{address}/login/")
        page.fill("#username", "admin")
        page.fill("#password", "admin")
        page.press("#password", "Enter")
        page.wait_for_url("**/superset/welcome/**")
        yield page
        browser.close()


def asked(page: Page, url: str, charts: int, picture: str) -> list[dict]:
    """Open a dashboard; return what each chart asked the marts."""
    queries: dict[int, dict] = {}

    def note(response) -> None:
        if "/api/v1/chart/data" in response.url and response.request.post_data:
            body = json.loads(response.request.post_data)
            # the filter asks for its values as well, and is no chart
            if chart := body["form_data"].get("slice_id"):
                queries[chart] = body["queries"][0]
            assert response.ok, response.text()

    page.on("response", note)
    page.goto(url)
    wait_for(lambda: page.wait_for_timeout(500) or len(queries) == charts)
    page.wait_for_timeout(3000)  # the last one is drawn
    page.remove_listener("response", note)
    folder = os.environ.get("SEGMENTS_BI_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{picture}.png")
    return list(queries.values())


@pytest.mark.parametrize("name", INPUTS)
def test_the_filter_of_the_dashboard_reaches_each_chart(
    found, output, address, page, name
):
    charts = len(found["dashboards"][f"segments-{name}"])
    with duckdb.connect(output / name / "segments.duckdb", read_only=True) as file:
        ((segment,),) = file.execute(
            "select segment_name from marts.segments where value_rank = 1"
        ).fetchall()
    url = f"{address}/superset/dashboard/segments-{name}/"
    plain = asked(page, url, charts, name)
    assert not [q for q in plain if "segment_name" in map(str, filter_columns(q))]
    chosen = (
        "(NATIVE_FILTER-segment:(id:NATIVE_FILTER-segment,ownState:(),extraFormData:"
        f"(filters:!((col:segment_name,op:IN,val:!('{segment}')))),"
        f"filterState:(label:'{segment}',value:!('{segment}'))))"
    )
    filtered = asked(page, f"{url}?native_filters={chosen}", charts, f"{name}_filtered")
    for query in filtered:
        only = {"col": "segment_name", "op": "IN", "val": [segment]}
        assert only in query["filters"], query
    # nothing on the page says that a chart could not be drawn
    assert page.get_by_text("Unexpected error").count() == 0


def filter_columns(query: dict) -> list[object]:
    return [entry["col"] for entry in query["filters"]]
