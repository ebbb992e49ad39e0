{# the name of its table is that of release 0.1, whose rows are carried over #}
{{ config(alias='segment_membership_events') }}
{% set columns = [
    'customer_id', 'observed_on', 'segment_key', 'model_version', 'is_override', 'reason',
] %}

with

-- read by macros, which the linter does not see
today as (  -- noqa: ST03

    select * from {{ ref('customer_segments') }}

),

recorded as (

    {% if has_history() %}
    {{ recorded_rows(columns) }}
    {% else %}
    select * from {{ rows_of('segment_membership_events', false, {
        'customer_id': 'string', 'observed_on': 'date', 'segment_key': 'string',
        'model_version': 'integer', 'is_override': 'boolean', 'reason': 'string',
    }) }}
    {% endif %}

),

this_day as (

    {{ versions_until(ref('int_input_statistics')) }}

),

-- a late day changes what the next one differs in
later_day as (

    select
        observed_on,
        max(model_version) as model_version

    from {{ ref('segment_sizes_history') }}

    where observed_on > (select observed_on from {{ ref('int_input_statistics') }})

    group by observed_on

    order by observed_on

    limit 1

),

next_day as (

    {{ versions_until('later_day') }}

),

earlier as (

    select * from recorded

    where observed_on < (select observed_on from this_day)

),

-- the state that the last build of an earlier day left
before as (  -- noqa: ST03

    {{ first_of_each('customer_id', 'earlier', 'observed_on desc') }}

),

events_of_today as (

    {{ membership_changes('today', 'before', 'this_day') }}

),

until_today as (

    select {{ columns | join(', ') }} from earlier

    union all

    select {{ columns | join(', ') }} from events_of_today

),

state_today as (  -- noqa: ST03

    {{ first_of_each('customer_id', 'until_today', 'observed_on desc') }}

),

until_next_day as (  -- noqa: ST03

    select * from recorded

    where observed_on <= (select observed_on from next_day)

),

state_then as (

    {{ first_of_each('customer_id', 'until_next_day', 'observed_on desc') }}

),

-- who had left is not there; the version is that of the day's build
next_state as (  -- noqa: ST03

    select
        state_then.customer_id,
        state_then.segment_key,
        later_day.model_version,
        state_then.is_override

    from state_then

    cross join later_day

    where state_then.segment_key is not null

),

events_of_next_day as (

    {{ membership_changes('next_state', 'state_today', 'next_day') }}

),

all_events as (

    select {{ columns | join(', ') }} from until_today

    union all

    select {{ columns | join(', ') }} from events_of_next_day

    union all

    select {{ columns | join(', ') }} from recorded

    where
        observed_on > (select observed_on from this_day)
        and observed_on is distinct from (select observed_on from next_day)

)

select
    customer_id,
    observed_on,
    segment_key,
    model_version,
    is_override,
    -- who was first seen on a day may have been there on one that came late
    case
        when reason not in ('first seen', 'returned') then reason
        when
            row_number() over (partition by customer_id order by observed_on) = 1
            then 'first seen'
        else 'returned'
    end as reason

from all_events
