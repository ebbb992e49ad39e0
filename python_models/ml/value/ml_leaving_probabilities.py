"""Work out how likely customers are to leave, so that SQL can say what to expect."""

from segmentation.value.kept_values import leaving_probabilities


def model(dbt, session):
    """Return a few dozen rows a number of repeat purchases."""
    models = dbt.ref("segmentation", "ml_value_models")
    versions = dbt.ref("segmentation", "ml_segment_model")
    summaries = dbt.ref("segmentation", "int_purchase_summaries")
    probabilities = leaving_probabilities(
        models=models, versions=versions, summaries=summaries
    )
    return probabilities
