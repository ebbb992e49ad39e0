{% set columns = ['audience_key', 'customer_id', 'changed_on', 'change_type'] %}

with

members as (

    select
        audience_key,
        customer_id

    from {{ ref('audience_members') }}

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
{% for name, until in [
    ('before', '< (select observed_on from today)'),
    ('later', '<= (select observed_on from next_day)'),
] %}
{{ name }} as (

    select
        audience_key,
        customer_id

    from recorded

    where changed_on {{ until }}

    group by audience_key, customer_id

    having max_by(change_type, changed_on) = 'entered'

),

{% endfor %}
changed as (

    {% for then, now, day in [('before', 'members', 'today'), ('members', 'later', 'next_day')] %}
    select
        coalesce({{ now }}.audience_key, {{ then }}.audience_key) as audience_key,
        coalesce({{ now }}.customer_id, {{ then }}.customer_id) as customer_id,
        {{ day }}.observed_on as changed_on,
        case when {{ now }}.customer_id is null then 'left' else 'entered' end as change_type

    from {{ now }}

    full outer join {{ then }}
        on {{ now }}.audience_key = {{ then }}.audience_key
        and {{ now }}.customer_id = {{ then }}.customer_id

    cross join {{ day }}

    where
        ({{ now }}.customer_id is null or {{ then }}.customer_id is null)
        and {{ day }}.observed_on is not null

    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select {{ columns | join(', ') }} from changed

union all

select {{ columns | join(', ') }} from recorded

where
    changed_on != (select observed_on from today)
    and changed_on is distinct from (select observed_on from next_day)
