{#
  The logarithm of one plus a number from 0, exact for small numbers as well, where 1 + x
  has lost their digits (Kahan).

  log_of_one_plus('x') -> case when 1 + (x) = 1 then x else ln(1 + (x)) * (x) / … end
#}
{% macro log_of_one_plus(value) -%}
    case
        when 1e0 + ({{ value }}) = 1e0 then {{ value }}
        else ln(1e0 + ({{ value }})) * ({{ value }}) / ((1e0 + ({{ value }})) - 1e0)
    end
{%- endmacro %}

{#
  One minus the exponential of minus a number from 0, exact for small numbers as well.

  one_minus_exp_of_minus('x') -> case when exp(-(x)) = 1 then x … end
#}
{% macro one_minus_exp_of_minus(value) -%}
    case
        when exp(-({{ value }})) = 1e0 then {{ value }}
        when ({{ value }}) > 40e0 then 1e0
        else
            (1e0 - exp(-({{ value }}))) * ({{ value }}) / -ln(exp(-({{ value }})))
    end
{%- endmacro %}
