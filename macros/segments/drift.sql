{#
  How far the customers of today are from those of the fit, as rows of subject_kind, subject,
  reference_value, current_value, stability_index, the sizes of the change (stability_size,
  share_size, distance_size), and how many standard errors it is (significance,
  share_significance).

  Of shares: those of the bins of each feature, and of the segments. `shares` has a row for
  each bin with its share at the fit and the customers of today. The size is what is left of
  the index without what chance alone adds on average.

  Example: {{ changes_of_shares('shares', 'spread_at_fit') }} -> feature, income, …
#}
{% macro changes_of_shares(shares, spread_at_fit) -%}
    with

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

        from {{ shares }} as shares

        cross join {{ spread_at_fit }} as spread_at_fit

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

    )

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
{%- endmacro %}

{#
  Of the distances to the centroids and the share of outliers; both relations have one row.

  Example: {{ changes_of_spread('spread_at_fit', 'spread_today') }} -> distance, mean …
#}
{% macro changes_of_spread(spread_at_fit, spread_today) -%}
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

    from {{ spread_at_fit }} as spread_at_fit

    cross join {{ spread_today }} as spread_today

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

    from {{ spread_at_fit }} as spread_at_fit

    cross join {{ spread_today }} as spread_today
{%- endmacro %}
