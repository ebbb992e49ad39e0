{#
  The rows of the model itself that describe days before today's observation, to be
  carried over into its new table. Today's rows are written anew by every build, so a
  repeated build does not add to them; --full-refresh carries over as well.

  A build of an earlier day than the last one (a late run) leaves history alone: the
  macro is_late_run() tells, and then all rows are carried over.

  A model without rows for a day on which nothing changed cannot tell a late run from its
  own rows; it names, as days, a relation that has all days.

  The table is read by name: a column that an earlier release did not have is null.

  Example: {{ earlier_rows(['customer_id', 'observed_on']) }}
      -> select customer_id, observed_on from this table where observed_on < today
#}
{% macro earlier_rows(columns, days=none) -%}
    {% set known = columns %}
    {% if execute and this is not string -%}
    {% set known = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
    {%- endif %}
    select
        {% for column in columns -%}
        {{ column if column in known else 'null as ' ~ column }}{{ ',' if not loop.last }}
        {% endfor %}

    from {{ this }}

    {% if not is_late_run(days) -%}
    where observed_on < (select observed_on from {{ ref('int_input_statistics') }})
    {%- endif %}
{%- endmacro %}

{# Whether this model has rows of an earlier build. has_history() -> true #}
{% macro has_history() %}
    {{ return(execute and load_relation(this) is not none) }}
{% endmacro %}

{# Whether this build describes a day before the last one of days, or of this model.
   is_late_run(ref('segment_sizes_history')) -> false #}
{% macro is_late_run(days=none) %}
    {% set statistics = ref('int_input_statistics') %}
    {% if not has_history() %}
        {{ return(false) }}
    {% endif %}
    {% set rows = run_query(
        'select (select observed_on from ' ~ statistics ~ ') < max(observed_on) from '
        ~ (days or this)
    ).rows %}
    {{ return(rows[0][0] | default(false, true)) }}
{% endmacro %}
