{#
  How many standard errors a change is away from no change, of what chance alone does.

  chi_square_errors: of a chi-square statistic, by Wilson and Hilferty (1931), as no
  engine has its distribution function: 3.5 is one case in 4,000. Zero where nothing
  can differ.
  share_errors: of two shares with their numbers of customers, pooled.

  Example: {{ share_errors('0.2e0', '1000e0', '0.3e0', '500e0') }}
#}
{% macro chi_square_errors(chi_square, freedom) -%}
    {%- set part = '(2 / (9e0 * nullif(' ~ freedom ~ ', 0)))' -%}
    coalesce(
        (
            power({{ chi_square }} / nullif({{ freedom }}, 0), 1 / 3e0)
            - (1 - {{ part }})
        ) / sqrt({{ part }}),
        0
    )
{%- endmacro %}

{% macro share_errors(share, customers, other_share, other_customers) -%}
    {%- set pooled = '((' ~ share ~ ' * ' ~ customers ~ ' + ' ~ other_share ~ ' * '
        ~ other_customers ~ ') / (' ~ customers ~ ' + ' ~ other_customers ~ '))' -%}
    coalesce(
        ({{ other_share }} - {{ share }})
        / nullif(
            sqrt(
                {{ pooled }} * (1 - {{ pooled }})
                * (1 / {{ customers }} + 1 / {{ other_customers }})
            ),
            0
        ),
        0
    )
{%- endmacro %}
