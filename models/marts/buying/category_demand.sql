{{ config(enabled=var('offers')) }}

with

category_mix as (

    select * from {{ ref('segment_category_mix') }}

    -- nobody demands what only takes off
    where spend >= 0

),

channel_mix as (

    select * from {{ ref('segment_channel_mix') }}

    where purchases > 0

),

-- no file says what was bought where: spend is allocated by the segment's purchases
allocated as (

    select
        category_mix.segment_key,
        category_mix.segment_name,
        category_mix.category,
        coalesce(channel_mix.channel, 'all channels') as channel,
        category_mix.spend as segment_category_spend,
        coalesce(channel_mix.purchase_share, 1) as channel_purchase_share,
        category_mix.spend_share as category_spend_share,
        category_mix.share_index as category_index,
        cast(
            cast(category_mix.spend as double) * coalesce(channel_mix.purchase_share, 1)
            as decimal(18, 2)
        ) as allocated_spend

    from category_mix

    left join channel_mix
        on category_mix.segment_key = channel_mix.segment_key

)

select
    segment_key,
    segment_name,
    category,
    channel,
    segment_category_spend,
    channel_purchase_share,
    allocated_spend,
    {{ share_of('allocated_spend', 'sum(allocated_spend) over ()') }} as allocated_spend_share,
    category_spend_share,
    category_index,
    'They spent ' || {{ figure('segment_category_spend') }} || ' on ' || replace(category, '_', ' ')
    || case
        when channel = 'all channels' then ''
        else
            '; with ' || {{ percent('channel_purchase_share') }}
            || ' of their purchases there, about ' || {{ figure('allocated_spend') }}
            || ' of it falls to ' || replace(channel, '_', ' ')
    end || '.' as reading

from allocated
