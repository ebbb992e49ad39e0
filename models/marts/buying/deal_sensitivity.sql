with

-- where the file counts more deals than purchases, all of the spend is at a discount
totals as (

    select
        segment_key,
        count(customer_id) as customers,
        sum(purchases) as purchases,
        sum(deal_purchases) as deal_purchases,
        cast({{ exact_sum('total_spend') }} as double) as total_spend,
        cast({{ exact_sum('total_spend * least(deal_share, 1)') }} as double) as deal_spend,
        {{ share_of('sum(deal_purchases)', 'sum(purchases)') }} as deal_share,
        {{ share_of('sum(sum(deal_purchases)) over ()', 'sum(sum(purchases)) over ()') }}
            as population_deal_share

    from {{ ref('customers') }}

    where deal_purchases is not null and purchases is not null

    group by segment_key

),

indexed as (

    select
        *,
        100 * deal_share / nullif(population_deal_share, 0) as deal_share_index,
        -- rounded once: the sentence is made from the figure that is published
        cast(deal_spend as decimal(18, 2)) as allocated_deal_spend,
        {{ wilson_bound('least(deal_purchases, purchases)', 'purchases', -1) }}
            as deal_share_lower,
        {{ wilson_bound('least(deal_purchases, purchases)', 'purchases', 1) }}
            as deal_share_upper

    from totals

)

select
    indexed.segment_key,
    current_segments.segment_name,
    cast(indexed.customers as bigint) as customers,
    cast(indexed.purchases as bigint) as purchases,
    cast(indexed.deal_purchases as bigint) as deal_purchases,
    indexed.deal_share,
    indexed.deal_share_lower,
    indexed.deal_share_upper,
    indexed.population_deal_share,
    indexed.deal_share_index,
    case
        -- a few purchases say little: their interval reaches what is so of all
        when
            indexed.population_deal_share
            between indexed.deal_share_lower and indexed.deal_share_upper
            then 'middle'
        else {{ level_of('indexed.deal_share_index') }}
    end as deal_level,
    indexed.allocated_deal_spend,
    {{ share_of('indexed.deal_spend', 'indexed.total_spend') }}
        as allocated_deal_spend_share,
    {{ percent('indexed.deal_share') }} || ' of their purchases are made with a discount, '
    || {{ percent('indexed.population_deal_share') }}
    || ' among all customers; about ' || {{ figure('indexed.allocated_deal_spend') }}
    || ' of their spend depends on discounts.' as reading

from indexed

left join {{ ref('int_current_segments') }} as current_segments
    on indexed.segment_key = current_segments.segment_key
