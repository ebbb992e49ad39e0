{#
  The rows of the model itself that describe other days than today's observation, to be
  carried over into its new table. Today's rows are written anew by every build, so a
  repeated build does not add to them; --full-refresh carries over as well. A late day
  takes its place between the others.

  The table is read by name: a column that an earlier release did not have is null.

  Example: {{ other_days(['customer_id', 'observed_on']) }}
      -> select customer_id, observed_on from this table where observed_on != today
#}
{% macro other_days(columns) -%}
    {{ recorded_rows(columns) }}
    where observed_on != (select observed_on from {{ ref('int_input_statistics') }})
{%- endmacro %}

{#
  The rows of today's observation, and the model's own of other days.

  Example: {{ with_other_days('today', ['customer_id', 'observed_on']) }}
      -> select customer_id, observed_on from today union all …
#}
{% macro with_other_days(today, columns) -%}
    {#- asked for in every build, as dbt has to know what a model reads -#}
    {%- set statistics = ref('int_input_statistics') -%}
    select {{ columns | join(', ') }}

    from {{ today }}
    {% if has_history() %}
    union all

    {{ other_days(columns) }}
    {% endif %}
{%- endmacro %}

{# All rows that the model itself has: recorded_rows(['a']) -> select a from this table #}
{% macro recorded_rows(columns) -%}
    {% set known = columns %}
    {% if execute and this is not string -%}
    {% set known = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
    {%- endif %}
    select
        {% for column in columns -%}
        {{ column if column in known else 'null as ' ~ column }}{{ ',' if not loop.last }}
        {% endfor %}

    from {{ this }}
{%- endmacro %}

{# Whether this model has rows of an earlier build. has_history() -> true #}
{% macro has_history() %}
    {{ return(execute and load_relation(this) is not none) }}
{% endmacro %}

{#
  What of customers' segments is different between two states, as the events of a day.

  `later` and `before` are relations with customer_id, segment_key, model_version and
  is_override, of `before` also null segments of who had left; `day` is one of a row with
  observed_on, and the version of the build before and the newest until then.

  Example: membership_changes('today', 'before', 'this_day') -> select customer_id, …
#}
{% macro membership_changes(later, before, day) -%}
    select
        coalesce({{ later }}.customer_id, {{ before }}.customer_id) as customer_id,
        {{ day }}.observed_on,
        {{ later }}.segment_key,
        coalesce({{ later }}.model_version, {{ before }}.model_version) as model_version,
        coalesce({{ later }}.is_override, false) as is_override,
        case
            when {{ later }}.segment_key is null then 'left'
            when {{ before }}.customer_id is null then 'first seen'
            when {{ before }}.segment_key is null then 'returned'
            when {{ later }}.is_override then 'override'
            when coalesce({{ before }}.is_override, false) then 'override ended'
            when {{ later }}.model_version < {{ day }}.version_before then 'rolled back'
            when
                {{ later }}.model_version > {{ day }}.version_before
                and {{ later }}.model_version <= {{ day }}.newest_model_version
                then 'restored'
            when {{ later }}.model_version > {{ day }}.version_before then 'refit'
            else 'moved'
        end as reason

    from {{ later }}

    full outer join {{ before }}
        on {{ later }}.customer_id = {{ before }}.customer_id

    cross join {{ day }}

    -- a person who confirms the model's choice, or no longer does, is a change as well
    where
        {{ later }}.segment_key is distinct from {{ before }}.segment_key
        or coalesce({{ later }}.is_override, false)
        != coalesce({{ before }}.is_override, false)
{%- endmacro %}

{#
  A day with the version of the build before it, and the newest until then, as history has
  them; `day` is a relation with observed_on.

  Example: {{ versions_until('days') }} -> select observed_on, version_before, … from days
#}
{% macro versions_until(day) -%}
    select
        written.observed_on,
        max_by(earlier.model_version, earlier.observed_on) as version_before,
        max(earlier.model_version) as newest_model_version

    from {{ day }} as written

    left join {{ ref('segment_sizes_history') }} as earlier
        on written.observed_on > earlier.observed_on

    group by written.observed_on
{%- endmacro %}

{#
  Each day of a relation with observed_on, the one before it, and the last one between 365
  and 396 days before.

  days_before('sizes') -> observed_on, previous_observed_on, year_before_on
#}
{% macro days_before(relation) -%}
    select
        days.observed_on,
        max(earlier.observed_on) as previous_observed_on,
        max(
            case
                when
                    earlier.observed_on <= {{ add_days('days.observed_on', '-365') }}
                    and earlier.observed_on >= {{ add_days('days.observed_on', '-396') }}
                    then earlier.observed_on
            end
        ) as year_before_on

    from (select distinct observed_on from {{ relation }}) as days

    left join (select distinct observed_on from {{ relation }}) as earlier
        on days.observed_on > earlier.observed_on

    group by days.observed_on
{%- endmacro %}

{#
  Where each customer was the day before, and is on a day: who is new came from 'new', who
  left went to 'left'. `days` is a relation with observed_on and previous_observed_on.

  Example: {{ moves_of('days') }}
      -> observed_on, previous_observed_on, customer_id, from_segment_key, to_segment_key
#}
{% macro moves_of(days) -%}
    with

    -- where everybody was at the day before, and where they are that day
    states as (

        select
            days.observed_on,
            days.previous_observed_on,
            events.customer_id,
            max_by(events.segment_key, events.observed_on) filter (
                where events.observed_on < days.observed_on
            ) as from_segment_key,
            max_by(events.segment_key, events.observed_on) as to_segment_key,
            max(events.observed_on) filter (
                where events.observed_on < days.observed_on
            ) as last_event_before,
            max(case when events.observed_on = days.observed_on then 1 else 0 end)
                as has_event_today,
            max_by(events.reason, events.observed_on) as last_reason

        from {{ days }} as days

        inner join {{ ref('int_segment_membership_events') }} as events
            on days.observed_on >= events.observed_on

        where days.previous_observed_on is not null

        group by days.observed_on, days.previous_observed_on, events.customer_id

    )

    select
        observed_on,
        previous_observed_on,
        customer_id,
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
{%- endmacro %}
