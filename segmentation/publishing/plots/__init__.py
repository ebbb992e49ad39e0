"""Pictures of the marts for slides: computed in models, only drawn here."""

from segmentation.publishing.plots.registry import PLOTS, Plot
from segmentation.publishing.plots.render import draw_plots, render, specifications

__all__ = ["PLOTS", "Plot", "draw_plots", "render", "specifications"]
