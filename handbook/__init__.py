"""Makes the site of docs/: ``python -m handbook``, which ``make docs`` does."""
