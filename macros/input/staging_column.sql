{#
  The staging column of a field of the input, quoted: names of categories, channels
  and campaigns are the user's own.

  staging_column({'role': 'spend', 'name': 'wine'})       -> "wine_spend"
  staging_column({'role': 'channel', 'name': 'web'})      -> "web_purchases"
  staging_column({'role': 'campaign', 'name': 'summer'})  -> "summer_accepted"
  staging_column({'role': 'attribute', 'name': 'income'}) -> "income"
#}
{% macro staging_column(field) -%}
    {%- set suffix = {
        'spend': '_spend', 'channel': '_purchases', 'campaign': '_accepted',
        'spend_part': '_spend_part', 'channel_part': '_purchases_part'
    }.get(field.role, '') -%}
    {%- set name = 'target_accepted' if field.role == 'target' else field.name ~ suffix -%}
    {{ adapter.quote(name) }}
{%- endmacro %}
