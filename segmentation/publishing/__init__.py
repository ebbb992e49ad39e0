"""What leaves the warehouse: generations, audiences, plots, the dashboard."""
