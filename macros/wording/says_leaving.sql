{#
  Whether the name of an outcome says that customers leave, as a condition. Of what else
  is predicted (an answer, arrears) nobody can tell by its name whether it is wished for.

  says_leaving('campaign') -> (' ' || replace(lower(campaign), '_', ' ') like '% churn%' or …)
#}
{% macro says_leaving(name) -%}
    (
        {%- for word in [
            'churn', 'attrit', 'exited', 'left', 'lapsed', 'cancelled', 'canceled',
            'abwander', 'kundigung', 'gekundigt', 'resili', 'abandon', 'cancelad', 'evasao',
            'abbandon', 'disdetta', 'opgezegd', 'verloop', 'ayrildi', 'terk',
        ] %}
        ' ' || replace(lower({{ name }}), '_', ' ') like '% {{ word }}%'
        {{- ' or' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
