{% set day_record = ref('segment_sizes_history') %}
{% set columns = [
    'observed_on', 'previous_observed_on', 'from_segment_key', 'from_segment_name',
    'to_segment_key', 'to_segment_name', 'customers', 'share_of_origin',
] %}

with

events as (

    select * from {{ ref('int_segment_membership_events') }}

),

input_statistics as (

    select * from {{ ref('int_input_statistics') }}

),

segments as (

    select * from {{ ref('segments') }}

),

days as (

    select max(observed_on) as previous_observed_on

    from {{ ref('segment_sizes_history') }}

    where observed_on < (select observed_on from input_statistics)

),

-- where everybody was at the day before, and where they are today
states as (

    select
        events.customer_id,
        max_by(events.segment_key, events.observed_on) filter (
            where events.observed_on < input_statistics.observed_on
        ) as from_segment_key,
        max_by(events.segment_key, events.observed_on) as to_segment_key,
        max(events.observed_on) filter (
            where events.observed_on < input_statistics.observed_on
        ) as last_event_before,
        max(case when events.observed_on = input_statistics.observed_on then 1 else 0 end)
            as has_event_today,
        max_by(events.reason, events.observed_on) as last_reason

    from events

    cross join input_statistics

    group by events.customer_id

),

moves as (

    select
        case
            when last_event_before is null or (last_reason = 'returned' and has_event_today = 1)
                then 'new'
            else from_segment_key
        end as from_segment_key,
        case when last_reason = 'left' then 'left' else to_segment_key end
            as to_segment_key

    from states

    -- who had left before is in neither state
    where not (last_reason = 'left' and has_event_today = 0)

),

today as (

    select
        from_segment_key,
        to_segment_key,
        count(*) as customers

    from moves

    group by from_segment_key, to_segment_key

),

rows_of_all_days as (

    select
        input_statistics.observed_on,
        days.previous_observed_on,
        today.from_segment_key,
        coalesce(from_segments.segment_name, 'New customers') as from_segment_name,
        today.to_segment_key,
        coalesce(to_segments.segment_name, 'Customers who left') as to_segment_name,
        cast(today.customers as bigint) as customers,
        {{ share_of(
            'today.customers',
            'sum(today.customers) over (partition by today.from_segment_key)'
        ) }} as share_of_origin

    from today

    cross join input_statistics

    cross join days

    left join segments as from_segments
        on today.from_segment_key = from_segments.segment_key

    left join segments as to_segments
        on today.to_segment_key = to_segments.segment_key

    where
        days.previous_observed_on is not null
        and {{ 'false' if is_late_run(day_record) else 'true' }}
    {% if has_history() %}
    union all

    {{ earlier_rows(columns, day_record) }}
    {% endif %}

)

select
    {{ columns | join(', ') }},
    from_segment_key != to_segment_key as is_move

from rows_of_all_days
