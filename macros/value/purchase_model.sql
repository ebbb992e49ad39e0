{#
  How many purchases a customer makes within the horizon who is still active, by how often
  and for how long: equation (10) of Fader, Hardie and Lee (2005) as a mean over the
  probability of leaving. `used` has the fit in one row.

  Example: {{ purchases_if_active('summaries', 'used', 365) }}
      -> frequency, age, purchases_if_active
#}
{% macro purchases_if_active(summaries, used, horizon) -%}
    with

    paces as (

        select distinct
            frequency,
            age

        from {{ summaries }}

    ),

    frequencies as (

        select distinct frequency from {{ ref('ml_leaving_probabilities') }}

    ),

    -- whoever came back more often than all of the fit leaves as the most frequent of them
    placed as (

        select
            paces.frequency,
            paces.age,
            max(frequencies.frequency) as fitted_frequency

        from paces

        inner join frequencies
            on paces.frequency >= frequencies.frequency

        group by paces.frequency, paces.age

    )

    select
        frequency,
        age,
        {{ ordered_sum(
            'weight * ' ~ one_minus_exp_of_minus('exponent') ~ ' / probability', 'node'
        ) }} as purchases_if_active

    from (
        select
            placed.frequency,
            placed.age,
            leaving.node,
            leaving.weight,
            leaving.probability,
            (used.r + placed.frequency)
            * {{ log_of_one_plus(
                'leaving.probability * ' ~ horizon ~ ' / (used.alpha + placed.age)'
            ) }} as exponent

        from placed

        inner join {{ ref('ml_leaving_probabilities') }} as leaving
            on placed.fitted_frequency = leaving.frequency

        cross join {{ used }} as used
    ) as steps

    group by frequency, age
{%- endmacro %}

{#
  The probability that a customer still buys; who never came back has had no occasion to
  leave. It reads `used`, the fit, and `summaries`.

  Example: {{ probability_active() }} -> 1 / (1 + exp(least(ln(used.a) - …, 700)))
#}
{% macro probability_active() -%}
    case
        when used.a = 0 or summaries.frequency = 0 then 1
        else
            1 / (
                1 + exp(
                    least(
                        ln(used.a)
                        - ln(used.b + summaries.frequency - 1)
                        + (used.r + summaries.frequency)
                        * ln((used.alpha + summaries.age) / (used.alpha + summaries.recency)),
                        700
                    )
                )
            )
    end
{%- endmacro %}

{#
  What a purchase is worth that is still to come: the mean of Gamma-Gamma (Fader and Hardie
  2013), or the customer's own where it was not fitted. It reads `used` and `summaries`.

  Example: {{ expected_average_value() }} -> case when used.p is null then … end
#}
{% macro expected_average_value() -%}
    case
        when used.p is null then summaries.average_value
        when used.p * summaries.valued_purchases + used.q > 1
            then
                used.p
                * (used.gamma + summaries.valued_purchases * summaries.average_value)
                / (used.p * summaries.valued_purchases + used.q - 1)
    end
{%- endmacro %}
