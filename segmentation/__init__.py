"""Customer segments from a warehouse: fitting, scoring in SQL, evidence, publishing."""
