"""Write the current version down as queries that later builds run without Python."""

from segmentation.segments.queries import segment_queries


def model(dbt, session):
    """Return one row a query."""
    versions = dbt.ref("segmentation", "ml_segment_model")
    queries = segment_queries(session, this=dbt.this, versions=versions)
    return queries
