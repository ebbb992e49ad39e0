{#
  A name in quotes, whatever it contains: adapter.quote leaves quotes within it alone.

  quoted_name('5" pipes') -> "5"" pipes"
#}
{% macro quoted_name(name) -%}
    {{ return(adapter.dispatch('quoted_name', 'segmentation')(name)) }}
{%- endmacro %}

{% macro duckdb__quoted_name(name) -%}
    "{{ name | replace('"', '""') }}"
{%- endmacro %}

{% macro spark__quoted_name(name) -%}
    `{{ name | replace('`', '``') }}`
{%- endmacro %}
