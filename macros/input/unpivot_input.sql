{#
  One row per customer and field of a role that the input has, in the input's order;
  no rows where it has none.

  unpivot_input('spend', 'category', 'spend', 'decimal(18, 2)')
      -> customer_id, category_order, category, spend
#}
{% macro unpivot_input(role, name_column, value_column, value_type, with_target=false) %}
    {%- set fields = input_fields(role) + (input_fields('target') if with_target else []) -%}
    {%- for field in fields %}
    select
        customer_id,
        {{ loop.index }} as {{ name_column }}_order,
        '{{ escape_single_quotes(field.name) }}' as {{ name_column }},
        {%- if with_target %}
        {{ 'true' if field.role == 'target' else 'false' }} as is_target,
        {%- endif %}
        {{ staging_column(field) }} as {{ value_column }}

    from {{ ref('stg_input__customers') }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        customer_id,
        0 as {{ name_column }}_order,
        '' as {{ name_column }},
        {%- if with_target %}
        false as is_target,
        {%- endif %}
        cast(null as {{ value_type }}) as {{ value_column }}

    from {{ ref('stg_input__customers') }}

    where false
    {%- endfor %}
{% endmacro %}
