{#
  A staging column by role and name, or a typed null where the input has no such field.

  staged('spend', 'wine') -> "spend_wine", or cast(null as decimal(18, 2))
#}
{% macro staged(role, name) -%}
    {%- set types = {'spend': 'money', 'channel': 'integer'} -%}
    {%- set matches = input_fields(role) | selectattr('name', 'equalto', name) | list -%}
    {{ staging_column(matches[0]) if matches else 'cast(null as ' ~ sql_type(types[role]) ~ ')' }}
{%- endmacro %}

{#
  The sum of all fields of a role, gaps counted as nothing; null where the input has none.

  sum_of_fields('spend', 'decimal(18, 2)')
      -> cast(coalesce("spend_wine", 0) + coalesce("spend_fruit", 0) as decimal(18, 2))
#}
{% macro sum_of_fields(role, data_type) -%}
    {%- set fields = input_fields(role) -%}
    cast(
    {%- for field in fields -%}
        {%- set column = staging_column(field) -%}
        {%- if field.data_type == 'boolean' %} case when {{ column }} then 1 else 0 end
        {%- else %} coalesce({{ column }}, 0)
        {%- endif %}{{ ' +' if not loop.last }}
    {%- else %} null
    {%- endfor %} as {{ data_type }})
{%- endmacro %}

{#
  The name of the field of a role with the greatest value, the first of equals; null
  where nothing is above zero.

  greatest_field('channel') -> case when "purchases_web" >= "purchases_store" … then 'web' …
#}
{% macro greatest_field(role) -%}
    {%- set fields = input_fields(role) -%}
    {%- if fields -%}
    case
        {%- for field in fields %}
        when
            {{ staging_column(field) }} > 0
            {%- for other in fields if other.name != field.name %}
            and {{ staging_column(field) }} >= coalesce({{ staging_column(other) }}, 0)
            {%- endfor %}
            then '{{ escape_single_quotes(field.name) }}'
        {%- endfor %}
    end
    {%- else -%}
    cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

{#
  The greatest value of the fields of a role; null where the input has none.

  greatest_value('spend') -> greatest(0, coalesce("spend_wine", 0), …)
#}
{% macro greatest_value(role) -%}
    {%- set fields = input_fields(role) -%}
    {%- if fields -%}
    greatest(0
    {%- for field in fields %}, coalesce({{ staging_column(field) }}, 0){% endfor -%}
    )
    {%- else -%}
    cast(null as decimal(18, 2))
    {%- endif -%}
{%- endmacro %}

{#
  The last campaign that was accepted, in the input's time order; null where none was.

  latest_accepted_campaign() -> case when "accepted_campaign_2" then 'campaign_2' … end
#}
{% macro latest_accepted_campaign() -%}
    {%- set fields = input_fields('campaign') -%}
    {%- if fields -%}
    case
        {%- for field in fields | reverse %}
        when {{ staging_column(field) }} then '{{ escape_single_quotes(field.name) }}'
        {%- endfor %}
    end
    {%- else -%}
    cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}
