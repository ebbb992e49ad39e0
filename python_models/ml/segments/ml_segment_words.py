"""Write the words about the current segments, held to the customers of this build."""

from segmentation.segments.versions import catalogue_features
from segmentation.segments.words import read_vocabulary, segment_words


def model(dbt, session):
    """Return one row a segment."""
    customers = dbt.ref("segmentation", "int_customers_engineered")
    assigned = dbt.ref("segmentation", "customer_segments")
    segments = dbt.ref("segmentation", "int_current_segments")
    catalogue = dbt.ref("segmentation", "int_feature_catalogue")
    archetypes = dbt.ref("segmentation", "segment_archetypes")
    absolute_words = dbt.ref("segmentation", "absolute_words")
    overrides = dbt.ref("segmentation", "segment_name_overrides")
    limit = dbt.config.meta_get("fit_sample_rows")
    words = segment_words(
        session,
        customers=customers,
        assigned=assigned,
        segments=segments,
        features=catalogue_features(catalogue),
        described_by=catalogue_features(catalogue, only_segmentation=False),
        vocabulary=read_vocabulary(archetypes, absolute_words, overrides),
        limit=limit,
    )
    return words
