{#
  A bound of the 95 % interval of a rate (Wilson 1927), null where nothing was tried.
  It lies in 0-1 and never on the wrong side of the rate, which floating point alone
  does not give where nobody or everybody accepted.

  wilson_bound('accepted', 'contacts', -1) -> lower bound; with 1, the upper one

  | accepted | contacts | lower | upper |
  | 0        | 10       | 0     | 0.278 |
  | 5        | 10       | 0.237 | 0.763 |
  | 10       | 10       | 0.722 | 1     |
#}
{% macro wilson_bound(successes, trials, side) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set n = 'nullif(cast(' ~ trials ~ ' as double), 0)' -%}
    {%- set p = '(cast(' ~ successes ~ ' as double) / ' ~ n ~ ')' -%}
    case
        when {{ trials }} > 0
            then {{ 'least(1, greatest' if side > 0 else 'greatest(0, least' }}(
                {{ p }},
                (
                    {{ p }} + {{ z ** 2 / 2 }} / {{ n }}
                    {{ '+' if side > 0 else '-' }} {{ z }} * sqrt(
                        {{ p }} * (1 - {{ p }}) / {{ n }}
                        + {{ z ** 2 / 4 }} / ({{ n }} * {{ n }})
                    )
                ) / (1 + {{ z ** 2 }} / {{ n }})
            ))
    end
{%- endmacro %}
