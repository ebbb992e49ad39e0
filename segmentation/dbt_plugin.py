"""What dbt-duckdb loads from the profile: dbt by itself holds the lock as well."""

from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin

from segmentation.warehouse.errors import UserError
from segmentation.warehouse.exports import keep_private
from segmentation.warehouse.locks import lock_build

__all__ = ["Plugin"]


class Plugin(BasePlugin):
    """Hold the lock of the warehouse from dbt's first connection to its end."""

    def initialize(self, plugin_config: dict) -> None:
        """Take the lock; dbt makes one line of what is raised."""
        try:
            keep_private()
            assert self.creds, "dbt-duckdb hands the profile in"
            self.lock = lock_build(Path(self.creds.path)).lock
        except UserError as error:
            raise RuntimeError(str(error)) from None  # dbt shows no stack of these
        if self.lock.lock_counter > 1:  # segments build has it, and gives it back
            self.lock.release()
