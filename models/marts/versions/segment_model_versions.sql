with

versions as (

    select * from {{ ref('ml_segment_model') }}

)

select
    model_version,
    is_current,
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
    natural_groups,
    evaluated_customers,
    silhouette,
    stability_mean,
    agreement as agreement_with_previous,
    library_versions

from versions
