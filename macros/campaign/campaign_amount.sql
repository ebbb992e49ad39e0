{#
  An amount of money of the campaign: the var where it is set, else the file's greatest.

  campaign_amount('contact_cost', 'contact_cost') -> cast(max(contact_cost) as double)
  with --vars 'contact_cost: 4'                   -> cast(4 as double)
#}
{% macro campaign_amount(variable, column) -%}
    {%- set given = var(variable) -%}
    {%- if given is none or given == '' -%}
    cast(max({{ column }}) as double)
    {%- else -%}
    cast({{ given }} as double)
    {%- endif -%}
{%- endmacro %}
