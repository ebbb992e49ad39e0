{#
  The days ahead that value is forecast for, as the var says; the build stops where they
  are none.

  value_horizon() -> 365
#}
{% macro value_horizon() %}
    {% set horizon = var('value_horizon_days') %}
    {% if horizon | float <= 0 %}
        {{ exceptions.raise_compiler_error(
            'value_horizon_days must be above 0, not ' ~ horizon ~ ': set its length.'
        ) }}
    {% endif %}
    {{ return(horizon) }}
{% endmacro %}
