{#
  Sums whose last digit does not depend on the order in which the engine adds: values
  are added as decimals. Two builds of the same data must give the same bytes.

  exact_sum('age')    -> sum(cast(age as decimal(18, 6)))
  exact_square_sum('age') -> the sum of the squares
  exact_mean('age')   -> the mean as a double, null where nothing is known
#}
{% macro exact_sum(value) -%}
    sum(cast({{ value }} as decimal(18, 6)))
{%- endmacro %}

{% macro exact_square_sum(value) -%}
    {#- 19 digits: the product then has the widest decimal that there is -#}
    sum(cast({{ value }} as decimal(19, 6)) * cast({{ value }} as decimal(19, 6)))
{%- endmacro %}

{% macro exact_mean(value) -%}
    cast({{ exact_sum(value) }} as double) / nullif(count({{ value }}), 0)
{%- endmacro %}
