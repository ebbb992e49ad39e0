{#
  A name of the definition as people write it.

  spoken("'summer_sale'") -> 'Summer sale'
#}
{% macro spoken(name) -%}
    concat(
        upper(substr({{ name }}, 1, 1)), replace(substr({{ name }}, 2), '_', ' ')
    )
{%- endmacro %}
