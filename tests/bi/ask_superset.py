"""Import bundles into a Superset of its own and print what its charts answer, as JSON.

Run by the Python of Superset's environment: ask_superset.py HOME BUNDLE…
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

CONFIG = """
SECRET_KEY = "of a test that nobody else can reach"
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/superset.db"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
"""
USER = {"username": "admin", "password": "admin"}


def superset(*arguments: str) -> None:
    """Run Superset's own command."""
    subprocess.run(
        [str(Path(sys.executable).with_name("superset")), *arguments],
        check=True,
        stdout=sys.stderr,
    )


def begin(home: Path) -> None:
    """Make a Superset with an administrator, unless it is there."""
    config = home / "superset_config.py"
    os.environ |= {
        "SUPERSET_CONFIG_PATH": str(config),
        "SUPERSET_HOME": str(home),
        "FLASK_APP": "superset.app:create_app()",
    }
    if (home / "ready").exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    config.write_text(CONFIG.format(home=home), "utf-8")
    superset("db", "upgrade")
    names = ("--firstname", "A", "--lastname", "B", "--email", "a@example.com")
    superset("fab", "create-admin", *names, *(f"--{k}={v}" for k, v in USER.items()))
    superset("init")
    (home / "ready").touch()


def datasets(get: Callable[[str], dict]) -> list[dict]:
    """Return all data sets; Superset gives no more than a hundred at once."""
    found: list[dict] = []
    while page := get(f"dataset/?q=(page:{len(found) // 100},page_size:100)")["result"]:
        found += page
    return found


def answers() -> dict:
    """Return the rows of every chart, plain and with the dashboard's own filter."""
    from superset.app import create_app

    client = create_app().test_client()
    login = USER | {"provider": "db", "refresh": True}
    token = client.post("/api/v1/security/login", json=login).json["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def get(path: str) -> dict:
        return client.get(f"/api/v1/{path}", headers=headers).json

    found: dict = {"dashboards": {}, "databases": [], "columns": {}}
    for database in get("database/")["result"]:
        found["databases"].append(database["database_name"])
    for dashboard in get("dashboard/")["result"]:
        slug = dashboard["slug"]
        whole = get(f"dashboard/{slug}")["result"]
        metadata = json.loads(whole["json_metadata"])
        placed = {
            entry["meta"]["chartId"]
            for entry in json.loads(whole["position_json"]).values()
            if isinstance(entry, dict) and entry["type"] == "CHART"
        }
        (by,) = metadata["native_filter_configuration"]
        target = by["targets"][0]["column"]["name"]
        charts = found["dashboards"][slug] = {}
        for chart in get(f"dashboard/{slug}/charts")["result"]:
            if chart["id"] not in placed:
                continue
            context = json.loads(
                get(f"chart/{chart['id']}")["result"]["query_context"] or "{}"
            )
            plain = client.post("/api/v1/chart/data", json=context, headers=headers)
            rows = plain.json.get("result", [{}])[0].get("data")
            if not rows:
                raise SystemExit(f"{chart['slice_name']}: {plain.json}")
            segment = rows[0][target]
            only = {"col": target, "op": "IN", "val": [segment]}
            context["queries"][0]["filters"].append(only)
            again = client.post("/api/v1/chart/data", json=context, headers=headers)
            charts[chart["slice_name"]] = {
                "rows": rows,
                "segment": segment,
                "filtered": again.json["result"][0]["data"],
            }
    for dataset in datasets(get):
        columns = get(f"dataset/{dataset['id']}")["result"]["columns"]
        name = dataset["table_name"]
        found["columns"][name] = {c["column_name"]: c["description"] for c in columns}
    return found


if __name__ == "__main__":
    begin(Path(sys.argv[1]))
    for bundle in sys.argv[2:]:
        superset("import-dashboards", "-p", bundle, "-u", USER["username"])
    print(json.dumps(answers(), default=str))
