"""What a build takes of dbt's inside."""

import pytest
from dbt_common.events.base_types import EventLevel
from dbt_common.events.functions import LoggerConfig
from dbt_common.events.types import Note

from segmentation.dbt_inside import HeardEvents


@pytest.mark.parametrize(
    ("log", "heard"),
    [
        (EventLevel.INFO, ["for all", "in doubt"]),
        (EventLevel.DEBUG, ["for all", "for nobody", "in doubt"]),
    ],
)
def test_what_is_for_debugging_is_told_only_where_a_log_takes_it(log, heard, tmp_path):
    events = HeardEvents()
    file = LoggerConfig(
        name="of_this_test", level=log, output_file_name=str(tmp_path / "dbt.log")
    )
    events.add_logger(file)
    told = []
    events.add_callback(lambda event: told.append(event.data.msg))

    events.fire_event(Note(msg="for all"), EventLevel.INFO)
    events.fire_event(Note(msg="for nobody"), EventLevel.DEBUG)
    events.fire_event(Note(msg="in doubt"), EventLevel.WARN)

    assert told == heard
