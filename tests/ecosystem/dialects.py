"""How many compiled models each dialect of sqlglot can be told in."""

import json
import logging
import sys
from pathlib import Path

import sqlglot

DIALECTS = ("spark", "databricks", "snowflake", "postgres", "trino", "clickhouse")

logging.disable()
manifest = json.loads(Path(sys.argv[1]).read_text("utf-8"))
models = [
    node["compiled_code"]
    for node in manifest["nodes"].values()
    if node["resource_type"] == "model" and node["language"] == "sql"
]
told = []
for dialect in DIALECTS:
    good = 0
    for model in models:
        try:
            (sql,) = sqlglot.transpile(model, read="duckdb", write=dialect)
            good += bool(sqlglot.parse_one(sql, read=dialect))
        except sqlglot.errors.SqlglotError:
            pass
    told.append(f"{dialect} {good}")
print(f"of {len(models)} models: {', '.join(told)}")
