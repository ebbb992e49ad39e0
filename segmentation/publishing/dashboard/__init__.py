"""The dashboard: one HTML file that works without a server and without a network."""

from segmentation.publishing.dashboard.draw import draw_dashboard

__all__ = ["draw_dashboard"]
