{#
  A number from 0 to 1 that a key has for good: customers whose number is at most 0.1 are
  a tenth of all, the same ones on every build and engine. No key, no number: a filter may
  see records before those without a key are left out.

  hash_share('customer_id') -> 0.4137…
#}
{% macro hash_share(key) -%}
    {{ return(adapter.dispatch('hash_share', 'segmentation')(key)) }}
{%- endmacro %}

{% macro duckdb__hash_share(key) -%}
    cast('0x' || substr(md5({{ key }}), 1, 8) as bigint) / 4294967295.0e0
{%- endmacro %}

{% macro spark__hash_share(key) -%}
    cast(conv(substr(md5({{ key }}), 1, 8), 16, 10) as bigint) / 4294967295.0e0
{%- endmacro %}
