{#
  The relation that the chosen input names in a file's place, none where it names none:
  `relation: fct_orders` is a model of the project that runs, `shopify.orders` one of a
  package, `source: raw.orders` a source. Asked for while dbt parses, so that what makes
  the relation is built before.

  input_relation() -> main.fct_orders
#}
{% macro input_relation() %}
    {% set name = env_var('SEGMENTS_INPUT', '') or var('default_input') %}
    {% set input = var('inputs').get(name, {}) %}
    {{ return(named_relation(input)) }}
{% endmacro %}

{#
  The relation that a definition names by `relation` or `source`, none where by neither.

  named_relation({'source': 'crm.opt_outs'}) -> source('crm', 'opt_outs')
#}
{% macro named_relation(definition) %}
    {% if definition.get('relation') %}
        {% set words = definition.relation.split('.') %}
        {% set words = words if words | length > 1 else [project_name] + words %}
        {{ return(builtins.ref(*words)) }}
    {% elif definition.get('source') %}
        {{ return(source(*definition.source.split('.', 1))) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}
