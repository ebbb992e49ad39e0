"""What tests of `segments init` share; a module may have its own of the name."""

import numpy as np
import pandas as pd
import pytest
import yaml

from segmentation.reading.proposal import propose
from segmentation.segments.columns import choose_columns


@pytest.fixture
def proposed(tmp_path):
    """Propose a definition for a frame; return it, and what YAML makes of it."""

    def make(frame: pd.DataFrame):
        file = tmp_path / "strangers.csv"
        frame.to_csv(file, index=False)
        folder = tmp_path / "scratch"
        text = propose(str(file), folder=folder, choose=choose_columns).text
        return text, yaml.safe_load(text)["strangers"]

    return make


@pytest.fixture
def rng():
    return np.random.default_rng(11)
