with

versions as (

    select * from {{ ref('ml_segment_model') }}

)

select
    model_version,
    model_version = max(model_version) over () as is_current,
    fit_reason,
    input_name,
    observed_on,
    customers,
    fit_customers,
    data_fingerprint,
    definition_hash,
    definition,
    random_seed,
    algorithm,
    k,
    k_rule,
    k_reason,
    verdict,
    evaluated_customers,
    silhouette,
    stability_mean,
    library_versions

from versions
