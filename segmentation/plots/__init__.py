"""Pictures of the marts for slides: computed in models, only drawn here."""

from segmentation.plots.registry import PLOTS, Plot
from segmentation.plots.render import draw_plots, render, specifications

__all__ = ["PLOTS", "Plot", "draw_plots", "render", "specifications"]
