"""Tools that people have beside dbt, run on this project as they are."""
