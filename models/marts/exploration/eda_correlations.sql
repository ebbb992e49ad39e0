{{ config(enabled=var('exploration')) }}

with

lengthened as (

    {{ stacked_features(ref('int_exploration_sample'), ['customer_id']) }}

),

-- equal values share the mean of their ranks
ranked as (

    select
        *,
        rank() over (partition by feature order by feature_value)
        + (count(*) over (partition by feature, feature_value) - 1) / 2.0e0 as value_rank

    from lengthened

    where feature_value is not null

),

-- each pair once; the sample is bounded, so the join is
paired as (

    select
        ranked.feature,
        other.feature as other_feature,
        corr(ranked.feature_value, other.feature_value) as pearson,
        corr(ranked.value_rank, other.value_rank) as spearman,
        count(*) as known_customers

    from ranked

    inner join ranked as other
        on ranked.customer_id = other.customer_id
        and ranked.feature <= other.feature

    group by ranked.feature, other.feature

)

select
    own.feature,
    own.label as feature_label,
    own.is_segmentation,
    other.feature as other_feature,
    other.label as other_feature_label,
    other.is_segmentation as other_is_segmentation,
    -- a feature that never changes has no correlation; engines say nan or null. Rounded
    -- because the last digits depend on the order in which rows are added.
    {%- for name in ['pearson', 'spearman'] %}
    case
        when abs(paired.{{ name }}) < 1.1
            then round(greatest(-1, least(1, paired.{{ name }})), 9)
    end as {{ name }},
    {%- endfor %}
    cast(coalesce(paired.known_customers, 0) as bigint) as known_customers

from {{ ref('int_feature_catalogue') }} as own

cross join {{ ref('int_feature_catalogue') }} as other

left join paired
    on least(own.feature, other.feature) = paired.feature
    and greatest(own.feature, other.feature) = paired.other_feature
