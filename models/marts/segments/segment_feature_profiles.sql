with

compared as (

    select
        *,
        abs(coalesce(effect_size, 0)) as distinction

    from (
        {{ means_and_spreads(ref('int_segment_feature_figures')) }}
    ) as measured

)

select
    compared.segment_key,
    current_segments.segment_name,
    compared.feature,
    catalogue.label as feature_label,
    catalogue.unit,
    catalogue.family,
    catalogue.is_segmentation,
    cast(compared.known_customers as bigint) as known_customers,
    compared.mean,
    {{ mean_bound('compared', -1) }} as mean_lower,
    {{ mean_bound('compared', 1) }} as mean_upper,
    compared.standard_deviation,
    compared.p10,
    compared.p25,
    compared.median,
    compared.p75,
    compared.p90,
    cast(coalesce(compared.quantile_customers, 0) as bigint) as quantile_customers,
    compared.population_mean,
    100 * compared.mean / nullif(compared.population_mean, 0) as mean_index,
    compared.z_score,
    compared.effect_size,
    cast(
        row_number() over (
            partition by compared.segment_key
            order by compared.distinction desc, compared.feature
        ) as integer
    ) as differentiator_rank,
    {{ mean_reading('catalogue.label', 'catalogue.unit', 'compared') }} as reading

from compared

inner join {{ ref('int_feature_catalogue') }} as catalogue
    on compared.feature = catalogue.feature

left join {{ ref('int_current_segments') }} as current_segments
    on compared.segment_key = current_segments.segment_key
