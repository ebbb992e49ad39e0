{#
  Who was in which audience at a time, by who entered and left until then.

  Example: {{ members_then('recorded', "<= date '2026-01-31'") }}
      -> audience_key, customer_id
#}
{% macro members_then(changes, until) -%}
    select
        audience_key,
        customer_id

    from {{ changes }}

    where changed_on {{ until }}

    group by audience_key, customer_id

    having max_by(change_type, changed_on) = 'entered'
{%- endmacro %}

{#
  Who is in an audience of one relation and not of the other, as changes of a day, which is
  a relation of one row; no row where the day is not known.

  Example: {{ entered_and_left('members', 'before', 'today') }}
      -> audience_key, customer_id, changed_on, change_type
#}
{% macro entered_and_left(now, before, day) -%}
    select
        coalesce({{ now }}.audience_key, {{ before }}.audience_key) as audience_key,
        coalesce({{ now }}.customer_id, {{ before }}.customer_id) as customer_id,
        {{ day }}.observed_on as changed_on,
        case when {{ now }}.customer_id is null then 'left' else 'entered' end
            as change_type

    from {{ now }}

    full outer join {{ before }}
        on {{ now }}.audience_key = {{ before }}.audience_key
        and {{ now }}.customer_id = {{ before }}.customer_id

    cross join {{ day }}

    where
        ({{ now }}.customer_id is null or {{ before }}.customer_id is null)
        and {{ day }}.observed_on is not null
{%- endmacro %}
