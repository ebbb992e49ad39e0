-- a row here: history says something else about today than customer_segments does.
-- A late run (an earlier day than the last) ends no history and is not compared.
with

open_intervals as (

    select * from {{ ref('segment_membership_history') }} where is_current

),

today as (

    select * from {{ ref('customer_segments') }}

),

last_day as (

    select max(observed_on) as observed_on from {{ ref('segment_sizes_history') }}

)

select
    coalesce(today.customer_id, open_intervals.customer_id) as customer_id,
    today.segment_key,
    open_intervals.segment_key as segment_key_in_history

from today

full outer join open_intervals
    on today.customer_id = open_intervals.customer_id

cross join last_day

where
    today.segment_key is distinct from open_intervals.segment_key
    and last_day.observed_on = (select max(observed_on) from {{ ref('customer_segments') }})
