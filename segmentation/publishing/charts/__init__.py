"""Charts of the marts: computed in models, only drawn here, the same everywhere."""

from segmentation.publishing.charts.pictures import (
    draw_pictures,
    render,
    specifications,
)
from segmentation.publishing.charts.registry import Chart, charts

__all__ = ["Chart", "charts", "draw_pictures", "render", "specifications"]
