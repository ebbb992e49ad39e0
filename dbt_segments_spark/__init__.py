"""A dbt plugin: Python models on open-source Spark, in the session of the SQL models.

dbt imports every installed module whose name begins with ``dbt_``. dbt-spark submits
Python models to Databricks only; this adds the submission method ``session``, which
runs them in dbt's own process against the Spark session that runs the SQL models
(dbt-spark's connection method ``session``, also over Spark Connect). Where dbt-spark is
not installed it does nothing.
"""

import warnings

from dbt.plugins.manager import dbtPlugin

__all__ = ["SparkSessionPlugin", "plugins"]


class SparkSessionPlugin(dbtPlugin):
    """Teach dbt-spark's adapter the submission method ``session``."""

    def initialize(self) -> None:
        """Register the method; called once by dbt before it loads a project."""
        try:
            from dbt.adapters.spark.impl import SparkAdapter
        except ImportError:  # an extra of this project
            return
        from dbt_segments_spark.submission import SessionPythonJobHelper

        # dbt-spark asks for Hive support at every statement, which Connect remarks on
        warnings.filterwarnings("ignore", message=".*spark.sql.catalogImplementation.*")
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support")
        helpers = SparkAdapter.python_submission_helpers.fget
        if getattr(helpers, "knows_session", False):
            return

        def with_session(adapter):
            return {**helpers(adapter), "session": SessionPythonJobHelper}

        def default_method(adapter):
            method = adapter.config.credentials.method
            return "session" if method == "session" else "all_purpose_cluster"

        with_session.knows_session = True
        SparkAdapter.python_submission_helpers = property(with_session)
        SparkAdapter.default_python_submission_method = property(default_method)


plugins = [SparkSessionPlugin]
