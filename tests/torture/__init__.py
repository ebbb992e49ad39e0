"""Try to break the project: `python -m tests.torture` (make torture)."""
