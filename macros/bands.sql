{#
  An age as the number of its group, as a word, or not known: 1 for below 30, then by
  decades up to 6 for 70 and over; 7 for unknown.

  age_group_order('age', 'is_age_implausible') -> case … when age < 40 then 2 … end
#}
{% macro age_group_order(age, is_implausible) -%}
    case
        when {{ is_implausible }} or {{ age }} is null then 7
        {% for decade in [30, 40, 50, 60, 70] %}
        when {{ age }} < {{ decade }} then {{ loop.index }}
        {% endfor %}
        else 6
    end
{%- endmacro %}

{# The word of an order, counted from 1. word_at('n', ['low', 'high']) -> case n when 1 … #}
{% macro word_at(order, words) -%}
    case {{ order }}
        {% for word in words %}
        when {{ loop.index }} then '{{ word }}'
        {% endfor %}
    end
{%- endmacro %}
