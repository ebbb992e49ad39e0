{{ config(enabled=var('exploration')) }}

with

edges as (

    {{ readable_bins(ref('eda_feature_summary')) }}

    where known_customers > 0

),

lengthened as (

    {{ stacked_features(ref('customers_wide'), ['segment_key'], 'cast(@ as double)') }}

),

-- the customers are read once, the few rows of each segment once more for all
counted as (

    select
        edges.feature,
        lengthened.segment_key,
        {{ histogram_bin('lengthened.feature_value') }} as bin_order,
        count(*) as customers

    from lengthened

    inner join edges
        on lengthened.feature = edges.feature

    where lengthened.feature_value is not null

    group by edges.feature, lengthened.segment_key, bin_order

),

scoped as (

    {{ by_scope('counted', ['feature', 'bin_order'], {'customers': 'sum(customers)'}) }}

),

scopes as (

    {{ segments_and_all() }}

),

bins as (

    {{ bins_in_order() }}

)

select
    scopes.scope,
    scopes.segment_key,
    scopes.segment_name,
    bins.feature,
    bins.feature_label,
    bins.unit,
    bins.bin_order,
    bins.bin_from,
    bins.bin_to,
    cast(coalesce(scoped.customers, 0) as bigint) as customers,
    {{ share_of(
        'coalesce(scoped.customers, 0)',
        'sum(scoped.customers) over (partition by scopes.segment_key, bins.feature)'
    ) }} as customer_share

from bins

cross join scopes

left join scoped
    on scopes.segment_key = scoped.segment_key
    and bins.feature = scoped.feature
    and bins.bin_order = scoped.bin_order
