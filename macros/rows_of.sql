{#
  A mart of an area, or no rows where the area is switched off by its var: of the columns
  that are read of it, with their types.

  rows_of('customers_at_risk', var('value'), {'segment_key': 'string'})
      -> marts.customers_at_risk
      -> (select cast(null as varchar) as segment_key where false)
#}
{% macro rows_of(mart, is_on, columns) -%}
    {%- if is_on -%}
    {{ ref(mart) }}
    {%- else -%}
    (
        select
            {% for name, data_type in columns.items() %}
            cast(null as {{ dbt.type_string() if data_type == 'string' else data_type }})
                as {{ name }}{{ ',' if not loop.last }}
            {% endfor %}

        from (select 1 as anchor) as nowhere

        where 1 = 0
    )
    {%- endif -%}
{%- endmacro %}
