"""What a first build has loaded ahead is what it needs."""

import time
from functools import partial
from importlib.util import find_spec

from segmentation.first_build import LEARNING, begin_first_build, in_turn
from segmentation.publishing.dashboard.draw import kept_vega
from segmentation.warehouse.workers import each_apart


def test_learning_is_loaded_and_vega_put_together_where_the_page_looks(tmp_path):
    assert all(find_spec(module) for module in LEARNING)
    begin_first_build(tmp_path)
    begun = time.monotonic()
    while not list(tmp_path.glob("vega-*.js")):
        assert time.monotonic() - begun < 120
        time.sleep(0.1)
    (file,) = tmp_path.glob("vega-*.js")
    assert kept_vega(tmp_path) == file.read_text("utf-8")


def test_dbt_has_a_processor_while_others_load(tmp_path):
    each_apart(divmod, [(7, 3), (8, 3)])  # both are there
    begun = time.monotonic()
    each_apart(in_turn, [(tmp_path / "lock", partial(time.sleep, 2))] * 2)
    assert time.monotonic() - begun >= 4
