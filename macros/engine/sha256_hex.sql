{#
  The SHA-256 of a text in UTF-8, as 64 small hexadecimal digits.

  sha256_hex("'a@example.org'") -> 'e3b0…'
#}
{% macro sha256_hex(value) -%}
    {{ return(adapter.dispatch('sha256_hex', 'segmentation')(value)) }}
{%- endmacro %}

{% macro duckdb__sha256_hex(value) -%}
    sha256({{ value }})
{%- endmacro %}

{% macro spark__sha256_hex(value) -%}
    sha2({{ value }}, 256)
{%- endmacro %}
