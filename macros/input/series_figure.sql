{#
  A measure of what stands side by side for several periods; gaps are left out, and
  nothing of nothing is no trend and no variation.

  series_figure({'part_of': 'bill', 'figure': 'level'}, fields) -> the mean of the periods
  'trend': later half less earlier half, as a share of both
  'variation': standard deviation of the periods, as a share of their mean size
#}
{% macro series_figure(field, fields) -%}
    {%- set columns = [] -%}
    {%- for period in fields
        if period.role == 'period' and period.part_of == field.part_of
        and period.source_column -%}
        {%- do columns.append(staging_column(period)) -%}
    {%- endfor -%}
    {%- set half = (columns | length / 2) | int -%}
    {%- if columns | length < 2 -%}
        cast(null as double)
    {%- elif field.figure == 'level' -%}
        {{ mean_of(columns) }}
    {%- elif field.figure == 'trend' -%}
        {%- set early, late = mean_of(columns[:half]), mean_of(columns[-half:]) -%}
        {{ of_whole(late ~ ' - ' ~ early, 'abs(' ~ late ~ ') + abs(' ~ early ~ ')') }}
    {%- else -%}
        {%- set level = mean_of(columns) -%}
        {%- set spread -%}
            case
                when {{ known_of(columns) }} > 1
                    then sqrt(greatest(
                        0.0,
                        {{ mean_of(columns, 'power({}, 2)') }} - power({{ level }}, 2)
                    ))
            end
        {%- endset -%}
        {{ of_whole(spread, mean_of(columns, 'abs({})')) }}
    {%- endif -%}
{%- endmacro %}

{# How many of the columns are known. known_of(['a', 'b']) -> case when a … + case when b … #}
{% macro known_of(columns) -%}
    ({% for column in columns %}
    case when {{ column }} is null then 0 else 1 end{{ ' +' if not loop.last }}
    {% endfor %})
{%- endmacro %}

{# The mean of what is known in a row. mean_of(['a', 'b']) -> (coalesce(a, 0) + …) / … #}
{% macro mean_of(columns, form='{}') -%}
    (({% for column in columns %}
    coalesce({{ form.format(column) }}, 0.0){{ ' +' if not loop.last }}
    {% endfor %}) / nullif({{ known_of(columns) }}, 0))
{%- endmacro %}

{# A part of a whole, 0 where both are nothing. of_whole('a - b', 'a + b') -> case … #}
{% macro of_whole(part, whole) -%}
    case
        when {{ whole }} > 0 then ({{ part }}) / ({{ whole }})
        when ({{ part }}) is not null and {{ whole }} = 0 then 0.0
    end
{%- endmacro %}
