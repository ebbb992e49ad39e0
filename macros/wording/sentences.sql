{#
  A share as people write it; all and none are only said where it is so. Null stays null.
  segmentation/warehouse/figures.py writes the same.

  percent('0.254') -> 25 %;  percent('0.999') -> over 99 %;  percent('0.002') -> under 1 %
#}
{% macro percent(share) -%}
    case
        when ({{ share }}) < 1 and ({{ share }}) >= 0.995e0 then 'over 99 %'
        when ({{ share }}) > 0 and ({{ share }}) < 0.005e0 then 'under 1 %'
        else {{ figure('100.0e0 * (' ~ share ~ ')') }} || ' %'
    end
{%- endmacro %}

{#
  An amount for a sentence, whole where it is large.

  money_text('1421.3') -> 1,421;  money_text('2.5') -> 2.50
#}
{% macro money_text(amount) -%}
    case
        when abs({{ amount }}) >= 100 then {{ figure(amount) }}
        else {{ figure(amount, 2) }}
    end
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
