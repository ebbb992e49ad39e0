{#
  What is kept of a column that says how to reach a customer. Under a name that ends in
  _sha256 that is the SHA-256 of an e-mail address as advertising tools take it, small and
  without blanks; of what is no address, nothing.

  contact_value({'name': 'email', 'source_column': 'Email'}) -> trim(cast("Email" as varchar))
#}
{% macro contact_value(field) -%}
    {%- set text -%}
        cast({{ quoted_name(field.source_column) }} as {{ dbt.type_string() }})
    {%- endset -%}
    {%- if field.name.endswith('_sha256') -%}
        {%- set plain = "replace(lower(trim(" ~ text ~ ")), ' ', '')" -%}
        case when {{ plain }} like '_%@_%' then {{ sha256_hex(plain) }} end
    {%- else -%}
        trim({{ text }})
    {%- endif -%}
{%- endmacro %}
