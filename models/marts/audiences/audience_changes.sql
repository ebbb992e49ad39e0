{% set columns = ['audience_key', 'customer_id', 'changed_on', 'change_type'] %}

with

members as (

    select * from {{ ref('audience_members') }}

),

today as (

    select observed_on from {{ ref('int_input_statistics') }}

),

recorded as (

    {% if has_history() %}
    {{ recorded_rows(columns) }}
    {% else %}
    select * from {{ rows_of('audience_changes', false, {
        'audience_key': 'string', 'customer_id': 'string',
        'changed_on': 'date', 'change_type': 'string',
    }) }}
    {% endif %}

),

-- a late day changes what the next one differs in
next_day as (

    select min(changed_on) as observed_on

    from recorded

    where changed_on > (select observed_on from today)

),

-- who was in at the end of the last day before, and of the next one
before as (

    {{ members_then('recorded', '< (select observed_on from today)') }}

),

later as (

    {{ members_then('recorded', '<= (select observed_on from next_day)') }}

),

changed as (

    {{ entered_and_left('members', 'before', 'today') }}

    union all

    {{ entered_and_left('later', 'members', 'next_day') }}

)

select {{ columns | join(', ') }} from changed

union all

select {{ columns | join(', ') }} from recorded

where
    changed_on != (select observed_on from today)
    and changed_on is distinct from (select observed_on from next_day)
