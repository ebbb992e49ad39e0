{{ config(enabled=project_name == 'segmentation') }}
-- Which channel goes with which segment?
--
-- Two readings that may differ. main_channel is where most of the segment's purchases
-- happen: use it to reach the segment. typical_channel has the highest index against all
-- customers: it is what sets the segment apart, even where it is small. An index below 120
-- is no habit worth a budget of its own.

with

mix as (

    select * from {{ ref('segment_channel_mix') }}

    where purchase_share is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by segment_key order by purchase_share desc, channel_order
        ) as by_share,
        row_number() over (
            partition by segment_key order by share_index desc nulls last, channel_order
        ) as by_index

    from mix

)

select
    segment_name,
    max(case when by_share = 1 then channel end) as main_channel,
    max(case when by_share = 1 then purchase_share end) as main_channel_share,
    max(case when by_index = 1 then channel end) as typical_channel,
    max(case when by_index = 1 then purchase_share end) as typical_channel_share,
    max(case when by_index = 1 then share_index end) as typical_channel_index

from ranked

group by segment_key, segment_name

order by segment_key
