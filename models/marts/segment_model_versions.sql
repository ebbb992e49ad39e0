with

versions as (

    select * from {{ ref('ml_segment_model') }}

),

evaluations as (

    select * from {{ ref('segment_k_evaluation') }}

    where is_chosen

)

select
    versions.model_version,
    versions.is_current,
    versions.fit_reason,
    versions.input_name,
    versions.observed_on,
    versions.customers,
    versions.fit_customers,
    versions.data_fingerprint,
    versions.definition_hash,
    versions.definition,
    versions.random_seed,
    versions.k,
    versions.k_rule,
    versions.k_reason,
    evaluations.silhouette,
    evaluations.stability_mean,
    versions.agreement as agreement_with_previous,
    versions.library_versions

from versions

left join evaluations
    on versions.model_version = evaluations.model_version
