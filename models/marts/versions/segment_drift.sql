{% set columns = [
    'observed_on', 'subject_kind', 'subject', 'model_version', 'reference_value',
    'current_value', 'stability_index', 'stability_size', 'significance', 'verdict',
] %}
{% set watch = var('drift_watch') %}
{% set refit = var('drift_refit') %}
{% set errors = var('drift_standard_errors') %}

with

segment_versions as (

    select * from {{ ref('int_segment_versions') }} where is_current

),

assigned as (

    select
        segment_key,
        count(*) as customers,
        {{ exact_sum('distance_to_centroid') }} as distance_sum,
        {{ exact_square_sum('distance_to_centroid') }} as distance_square_sum,
        count_if(is_outlier) as outliers

    from {{ ref('ml_customer_segments') }}

    group by segment_key

),

segment_shares as (

    select
        segment_versions.segment_key,
        {{ share_of(
            'segment_versions.fit_customers', 'sum(segment_versions.fit_customers) over ()'
        ) }} as reference_share,
        coalesce(assigned.customers, 0) as customers,
        sum(assigned.customers) over () as all_customers

    from segment_versions

    left join assigned
        on segment_versions.segment_key = assigned.segment_key

),

-- how far customers are from their centroids, and how many are outliers
spread_at_fit as (

    select
        cast(sum(fit_customers) as double) as customers,
        {{ ordered_sum('fit_customers * fit_mean_distance', 'segment_key') }}
        / sum(fit_customers) as mean_distance,
        {{ share_of('sum(fit_outliers)', 'sum(fit_customers)') }} as outlier_share

    from segment_versions

),

spread_today as (

    select
        cast(sum(customers) as double) as customers,
        cast(sum(distance_sum) as double) / sum(customers) as mean_distance,
        cast(sum(distance_square_sum) as double) / sum(customers) as mean_square,
        {{ share_of('sum(outliers)', 'sum(customers)') }} as outlier_share

    from assigned

),

-- both arms have seven columns, which the linter does not see
shares as (

    select  -- noqa: AM07
        'feature' as subject_kind,
        feature as subject,
        bin as position,
        bin = 0 as is_missing,
        reference_share,
        customers,
        all_customers

    from {{ ref('ml_segment_drift') }}

    union all

    select
        'segment sizes' as subject_kind,
        'all segments' as subject,
        row_number() over (order by segment_key) as position,
        false as is_missing,
        reference_share,
        customers,
        all_customers

    from segment_shares

),

-- both have the same columns
sized as (

    select *

    from (
        {{ changes_of_shares('shares', 'spread_at_fit') }}
    ) as of_shares

    union all

    select *

    from (
        {{ changes_of_spread('spread_at_fit', 'spread_today') }}
    ) as of_spread

),

today as (

    select
        input_statistics.observed_on,
        sized.subject_kind,
        sized.subject,
        sized.reference_value,
        sized.current_value,
        sized.stability_index,
        case when sized.stability_index is not null then sized.stability_size end
            as stability_size,
        greatest(sized.significance, 0) as significance,
        case
            {% for name, limits in [('refit', refit), ('watch', watch)] -%}
            when
                sized.significance >= {{ errors }}
                and (
                    sized.stability_size >= {{ limits.stability_index }}
                    or coalesce(sized.distance_size >= {{ limits.distance }}, false)
                )
                or abs(sized.share_significance) >= {{ errors }}
                and sized.share_size >= {{ limits.share }}
                then '{{ name }}'
            {% endfor -%}
            else 'stable'
        end as verdict,
        (select max(model_version) from segment_versions) as model_version

    from sized

    cross join {{ ref('int_input_statistics') }} as input_statistics

),

verdicts as (

    {{ with_other_days('today', columns) }}

)

select
    {{ columns | join(', ') }},
    case verdict when 'stable' then 1 when 'watch' then 2 else 3 end as verdict_order

from verdicts
