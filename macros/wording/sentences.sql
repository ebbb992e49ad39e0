{#
  A share as people write it. Null stays null.

  percent('0.254') -> 25 %
#}
{% macro percent(share) -%}
    {{ figure('100 * ' ~ share) }} || ' %'
{%- endmacro %}

{#
  How an index reads, whether high, middle or low. 100 is average; a fifth more or
  less is worth telling. Null stays null.

  level_of('deal_share_index') -> 'high' from 120, 'low' up to 80, else 'middle'
#}
{% macro level_of(index) -%}
    case
        when {{ index }} >= 120 then 'high'
        when {{ index }} <= 80 then 'low'
        when {{ index }} is not null then 'middle'
    end
{%- endmacro %}
