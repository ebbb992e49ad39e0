{#
  A name of the definition as people write it.

  for_people("'summer_sale'") -> 'Summer sale'
#}
{% macro for_people(name) -%}
    concat(
        upper(substr({{ name }}, 1, 1)), replace(substr({{ name }}, 2), '_', ' ')
    )
{%- endmacro %}
