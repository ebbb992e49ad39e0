{#
  Whole days from one date to another.

  days_between("date '2014-01-01'", "date '2014-01-31'") -> 30
#}
{% macro days_between(first_date, last_date) -%}
    {{ return(adapter.dispatch('days_between', 'segmentation')(first_date, last_date)) }}
{%- endmacro %}

{% macro duckdb__days_between(first_date, last_date) -%}
    cast(date_diff('day', {{ first_date }}, {{ last_date }}) as integer)
{%- endmacro %}

{% macro spark__days_between(first_date, last_date) -%}
    cast(datediff({{ last_date }}, {{ first_date }}) as integer)
{%- endmacro %}

{#
  A date some days later, as a date.

  add_days("date '2014-01-01'", '30') -> 2014-01-31
#}
{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'segmentation')(date, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(date, days) -%}
    cast({{ date }} + {{ days }} as date)
{%- endmacro %}

{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, {{ days }})
{%- endmacro %}

{#
  A date some years later, as a date.

  add_years("date '2014-01-31'", '100') -> 2114-01-31
#}
{% macro add_years(date, years) -%}
    {{ return(adapter.dispatch('add_years', 'segmentation')(date, years)) }}
{%- endmacro %}

{% macro duckdb__add_years(date, years) -%}
    cast({{ date }} + to_years({{ years }}) as date)
{%- endmacro %}

{% macro spark__add_years(date, years) -%}
    add_months({{ date }}, 12 * {{ years }})
{%- endmacro %}
