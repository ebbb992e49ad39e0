{#
  The staging column of a field of the input, quoted: names of categories, channels
  and campaigns are the user's own, and the word in front of them keeps them apart from
  each other and from attributes: a category may be called total or gold.

  staging_column({'role': 'spend', 'name': 'wine'})       -> "spend_wine"
  staging_column({'role': 'channel', 'name': 'web'})      -> "purchases_web"
  staging_column({'role': 'campaign', 'name': 'summer'})  -> "accepted_summer"
  staging_column({'role': 'attribute', 'name': 'income'}) -> "income"

  Names of measures, groups, dates and lists cannot be those of attributes, so they stand
  as they are: they are columns of the customers.
#}
{% macro staging_column(field) -%}
    {{ quoted_name(staging_name(field)) }}
{%- endmacro %}

{# The same without quotes. staging_name({'role': 'spend', 'name': 'wine'}) -> spend_wine #}
{% macro staging_name(field) -%}
    {%- set prefix = {
        'spend': 'spend_', 'channel': 'purchases_', 'campaign': 'accepted_',
        'spend_part': 'part_of_spend_', 'channel_part': 'part_of_purchases_',
        'period': 'part_of_series_'
    }.get(field.role, '') -%}
    {{ 'target_accepted' if field.role == 'target' else prefix ~ field.name }}
{%- endmacro %}
