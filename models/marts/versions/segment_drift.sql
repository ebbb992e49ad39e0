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

-- an empty bin counts as half a customer, so that its logarithm exists
counted as (

    select
        shares.subject_kind,
        shares.subject,
        shares.position,
        shares.reference_share,
        shares.customers,
        shares.all_customers,
        shares.is_missing,
        spread_at_fit.customers as fit_customers,
        shares.reference_share * spread_at_fit.customers as reference_customers,
        {{ share_of('shares.customers', 'shares.all_customers') }} as current_share,
        greatest(shares.reference_share, 0.5e0 / spread_at_fit.customers)
            as reference_floor,
        greatest(shares.customers, 0.5e0) / shares.all_customers as current_floor

    from shares

    cross join spread_at_fit

    where shares.reference_share > 0 or shares.customers > 0

),

-- the chi-square statistic of two samples says whether chance alone explains the change
stability as (

    select
        subject_kind,
        subject,
        cast(max(fit_customers) as double) as fit_customers,
        cast(max(all_customers) as double) as customers,
        count(*) - 1 as freedom,
        {{ ordered_sum(
            '(current_floor - reference_floor) * ln(current_floor / reference_floor)',
            'position'
        ) }} as stability_index,
        {{ ordered_sum(
            'power('
            ~ 'reference_customers * sqrt(all_customers / fit_customers) '
            ~ '- customers * sqrt(fit_customers / all_customers), 2) '
            ~ '/ (reference_customers + customers)',
            'position'
        ) }} as chi_square,
        max(case when is_missing then reference_share end) as reference_missing,
        max(case when is_missing then current_share end) as current_missing

    from counted

    group by subject_kind, subject

),

-- size: what is left of the index without what chance alone adds on average
sized as (

    select
        subject_kind,
        subject,
        coalesce(reference_missing, case when subject_kind = 'feature' then 0 end)
            as reference_value,
        coalesce(current_missing, case when subject_kind = 'feature' then 0 end)
            as current_value,
        stability_index,
        greatest(
            stability_index - freedom * (1 / fit_customers + 1 / customers), 0
        ) as stability_size,
        abs(coalesce(current_missing - reference_missing, 0)) as share_size,
        cast(null as double) as distance_size,
        {{ chi_square_errors('chi_square', 'freedom') }} as significance,
        {{ share_errors(
            'reference_missing', 'fit_customers', 'current_missing', 'customers'
        ) }} as share_significance

    from stability

    union all

    select
        'distance' as subject_kind,
        'mean distance to the centroid' as subject,
        spread_at_fit.mean_distance as reference_value,
        spread_today.mean_distance as current_value,
        null as stability_index,
        0 as stability_size,
        0 as share_size,
        spread_today.mean_distance / nullif(spread_at_fit.mean_distance, 0)
            as distance_size,
        -- the spread of the distances is taken to be today's at the fit as well
        (spread_today.mean_distance - spread_at_fit.mean_distance)
        / nullif(
            sqrt(
                greatest(
                    spread_today.mean_square - power(spread_today.mean_distance, 2), 0
                )
                * (1 / spread_at_fit.customers + 1 / spread_today.customers)
            ),
            0
        ) as significance,
        0 as share_significance

    from spread_at_fit

    cross join spread_today

    union all

    select
        'outliers' as subject_kind,
        'share of outliers' as subject,
        spread_at_fit.outlier_share as reference_value,
        spread_today.outlier_share as current_value,
        null as stability_index,
        0 as stability_size,
        greatest(spread_today.outlier_share - spread_at_fit.outlier_share, 0)
            as share_size,
        null as distance_size,
        {{ share_errors(
            'spread_at_fit.outlier_share', 'spread_at_fit.customers',
            'spread_today.outlier_share', 'spread_today.customers'
        ) }} as significance,
        {{ share_errors(
            'spread_at_fit.outlier_share', 'spread_at_fit.customers',
            'spread_today.outlier_share', 'spread_today.customers'
        ) }} as share_significance

    from spread_at_fit

    cross join spread_today

),

judged as (

    select
        *,
        case
            {% for name, limits in [('refit', refit), ('watch', watch)] -%}
            when
                significance >= {{ errors }}
                and (
                    stability_size >= {{ limits.stability_index }}
                    or coalesce(distance_size >= {{ limits.distance }}, false)
                )
                or abs(share_significance) >= {{ errors }}
                and share_size >= {{ limits.share }}
                then '{{ name }}'
            {% endfor -%}
            else 'stable'
        end as verdict

    from sized

),

today as (

    select
        input_statistics.observed_on,
        judged.subject_kind,
        judged.subject,
        judged.reference_value,
        judged.current_value,
        judged.stability_index,
        case when judged.stability_index is not null then judged.stability_size end
            as stability_size,
        greatest(judged.significance, 0) as significance,
        judged.verdict,
        (select max(model_version) from segment_versions) as model_version

    from judged

    cross join {{ ref('int_input_statistics') }} as input_statistics

),

verdicts as (

    select {{ columns | join(', ') }}

    from today
    {% if has_history() %}
    union all

    {{ other_days(columns) }}
    {% endif %}

)

select
    {{ columns | join(', ') }},
    case verdict when 'stable' then 1 when 'watch' then 2 else 3 end as verdict_order

from verdicts
