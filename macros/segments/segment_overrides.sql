{#
  The overrides of the seed, as [{'override_id': 1, 'customer_id': 'c7', …}], in their
  order. Empty while dbt only parses.

  Example: {% for override in segment_overrides() %} {{ override.condition }} {% endfor %}
#}
{% macro segment_overrides() %}
    {% set relation = ref('segment_overrides') %}
    {% if not execute or not load_relation(relation) %}
        {{ return([]) }}
    {% endif %}
    {% set rows = run_query(
        'select override_id, customer_id, condition from ' ~ relation ~ ' order by override_id'
    ).rows %}
    {% set overrides = [] %}
    {% for row in rows %}
        {% do overrides.append({
            'override_id': row[0], 'customer_id': row[1], 'condition': row[2]
        }) %}
    {% endfor %}
    {{ return(overrides) }}
{% endmacro %}

{#
  Which customers an override is about, in SQL.

  override_condition({'customer_id': 'c7'}) -> customer_id = 'c7'
#}
{% macro override_condition(override) -%}
    {% if override.customer_id -%}
        customer_id = '{{ escape_single_quotes(override.customer_id) }}'
    {%- else -%}
        ({{ override.condition }})
    {%- endif %}
{%- endmacro %}
