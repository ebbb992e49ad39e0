{% set columns = [
    'observed_on', 'previous_observed_on', 'from_segment_key', 'to_segment_key',
    'customers', 'share_of_origin',
] %}
{% set today = '(select observed_on from ' ~ ref('int_input_statistics') ~ ')' %}

with

-- today, and the day after a late one, whose day before has changed
days as (

    select
        observed_on,
        previous_observed_on

    from (
        {{ days_before(ref('segment_sizes_history')) }}
    ) as days

    where observed_on = {{ today }} or previous_observed_on = {{ today }}

),

moves as (

    {{ moves_of('days') }}

),

rows_of_all_days as (

    select
        observed_on,
        previous_observed_on,
        from_segment_key,
        to_segment_key,
        cast(count(customer_id) as bigint) as customers,
        {{ share_of(
            'count(customer_id)',
            'sum(count(customer_id)) over (partition by observed_on, from_segment_key)'
        ) }} as share_of_origin

    from moves

    group by observed_on, previous_observed_on, from_segment_key, to_segment_key

    {% if has_history() %}
    union all

    select {{ columns | join(', ') }}

    from (
        {{ recorded_rows(columns) }}
    ) as recorded

    where observed_on not in (select observed_on from days)
    {% endif %}

)

-- a name of those days may be another segment's today
select
    rows_of_all_days.observed_on,
    rows_of_all_days.previous_observed_on,
    rows_of_all_days.from_segment_key,
    coalesce(from_segments.segment_name, 'New customers') as from_segment_name,
    rows_of_all_days.to_segment_key,
    coalesce(to_segments.segment_name, 'Customers who left') as to_segment_name,
    rows_of_all_days.customers,
    rows_of_all_days.share_of_origin,
    coalesce(from_segments.segment_key != to_segments.segment_key, false) as is_move

from rows_of_all_days

left join {{ ref('segments') }} as from_segments
    on rows_of_all_days.from_segment_key = from_segments.segment_key

left join {{ ref('segments') }} as to_segments
    on rows_of_all_days.to_segment_key = to_segments.segment_key
