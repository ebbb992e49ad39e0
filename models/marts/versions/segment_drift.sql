{% set columns = [
    'observed_on', 'subject_kind', 'subject', 'model_version', 'reference_value',
    'current_value', 'stability_index', 'verdict',
] %}
{% set watch = var('drift_watch') %}
{% set refit = var('drift_refit') %}

with

bins as (

    select * from {{ ref('ml_segment_drift') }}

),

segment_versions as (

    select * from {{ ref('int_segment_versions') }} where is_current

),

assignments as (

    select * from {{ ref('ml_customer_segments') }}

),

input_statistics as (

    select * from {{ ref('int_input_statistics') }}

),

assigned as (

    select
        segment_key,
        count(*) as customers,
        {{ exact_sum('distance_to_centroid') }} as distance_sum,
        count_if(is_outlier) as outliers

    from assignments

    group by segment_key

),

segment_shares as (

    select
        segment_versions.segment_key,
        {{ share_of(
            'segment_versions.fit_customers', 'sum(segment_versions.fit_customers) over ()'
        ) }} as reference_share,
        {{ share_of(
            'coalesce(assigned.customers, 0)', 'sum(assigned.customers) over ()'
        ) }} as current_share

    from segment_versions

    left join assigned
        on segment_versions.segment_key = assigned.segment_key

),

shares as (

    select
        'feature' as subject_kind,
        feature as subject,
        bin as position,
        reference_share,
        {{ share_of('customers', 'all_customers') }} as current_share,
        bin = 0 as is_missing

    from bins

    union all

    select
        'segment sizes' as subject_kind,
        'all segments' as subject,
        row_number() over (order by segment_key) as position,
        reference_share,
        current_share,
        false as is_missing

    from segment_shares

),

-- an empty bin counts as one customer in ten thousand, so that its logarithm exists
floored as (

    select
        *,
        greatest(reference_share, 0.0001e0) as reference_floor,
        greatest(current_share, 0.0001e0) as current_floor

    from shares

),

stability as (

    select
        subject_kind,
        subject,
        {{ ordered_sum(
            '(current_floor - reference_floor) * ln(current_floor / reference_floor)',
            'position'
        ) }} as stability_index,
        max(case when is_missing then reference_share end) as reference_value,
        max(case when is_missing then current_share end) as current_value

    from floored

    group by subject_kind, subject

),

-- how far customers are from their centroids, and how many are outliers
spread_at_fit as (

    select
        {{ ordered_sum('fit_customers * fit_mean_distance', 'segment_key') }}
        / sum(fit_customers) as mean_distance,
        {{ share_of('sum(fit_outliers)', 'sum(fit_customers)') }} as outlier_share

    from segment_versions

),

spread_today as (

    select
        cast(sum(distance_sum) as double) / sum(customers) as mean_distance,
        {{ share_of('sum(outliers)', 'sum(customers)') }} as outlier_share

    from assigned

),

judged as (

    select
        subject_kind,
        subject,
        reference_value,
        current_value,
        stability_index,
        case
            when
                stability_index >= {{ refit.stability_index }}
                or abs(coalesce(current_value - reference_value, 0)) >= {{ refit.share }}
                then 'refit'
            when
                stability_index >= {{ watch.stability_index }}
                or abs(coalesce(current_value - reference_value, 0)) >= {{ watch.share }}
                then 'watch'
            else 'stable'
        end as verdict

    from stability

    union all

    select
        'distance' as subject_kind,
        'mean distance to the centroid' as subject,
        spread_at_fit.mean_distance as reference_value,
        spread_today.mean_distance as current_value,
        null as stability_index,
        case
            when spread_today.mean_distance >= {{ refit.distance }} * spread_at_fit.mean_distance
                then 'refit'
            when spread_today.mean_distance >= {{ watch.distance }} * spread_at_fit.mean_distance
                then 'watch'
            else 'stable'
        end as verdict

    from spread_at_fit

    cross join spread_today

    union all

    select
        'outliers' as subject_kind,
        'share of outliers' as subject,
        spread_at_fit.outlier_share as reference_value,
        spread_today.outlier_share as current_value,
        null as stability_index,
        case
            when spread_today.outlier_share - spread_at_fit.outlier_share >= {{ refit.share }}
                then 'refit'
            when spread_today.outlier_share - spread_at_fit.outlier_share >= {{ watch.share }}
                then 'watch'
            else 'stable'
        end as verdict

    from spread_at_fit

    cross join spread_today

),

today as (

    select
        input_statistics.observed_on,
        judged.*,
        (select max(model_version) from segment_versions) as model_version

    from judged

    cross join input_statistics

)

select {{ columns | join(', ') }}

from today
{% if is_late_run() %}
where false
{% endif %}
{% if has_history() %}
union all

{{ earlier_rows(columns) }}
{% endif %}
