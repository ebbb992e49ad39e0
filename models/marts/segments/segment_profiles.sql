with

channels as (

    {{ first_of_each(
        'segment_key', ref('segment_channel_mix'), 'purchases desc, channel'
    ) }}

),

categories as (

    {{ first_of_each(
        'segment_key', ref('segment_category_mix'), 'spend desc, category'
    ) }}

)

select
    averages.*,
    segments.segment_name,
    segments.value_rank,
    segments.customers,
    segments.customer_share,
    segments.total_spend,
    segments.spend_share,
    channels.channel as preferred_channel,
    channels.purchase_share as preferred_channel_share,
    categories.category as top_category,
    categories.spend_share as top_category_share

from {{ ref('segments') }} as segments

inner join {{ ref('int_segment_averages') }} as averages
    on segments.segment_key = averages.segment_key

left join channels
    on segments.segment_key = channels.segment_key

left join categories
    on segments.segment_key = categories.segment_key

where segments.status = 'current'
