{#
  All that was fitted of a segment and category in one row: its mean share, who buys it,
  and the weight of each category in it, in their order.

  category_cards(profiled_categories())
      -> weight_1, …, segment_key, category, method, mean_share, buyers_share, …
#}
{% macro category_cards(categories) -%}
    with

    profiles as (

        {{ exploded(
            ref('ml_category_profiles'),
            'segments',
            keep=['model_version', 'method', 'spend_unit'],
            fields=[
                'segment_key', 'category', 'mean_share', 'buyers_share',
                'overall_buyers_share', 'affinity_intercept',
            ]
        ) }}

    ),

    affinities as (

        {{ exploded(
            ref('ml_category_profiles'),
            'affinities',
            keep=['model_version'],
            fields=['from_category', 'category', 'weight']
        ) }}

    ),

    category_weights as (

        select
            {% for category in categories %}
            sum(case when from_category = '{{ escape_single_quotes(category) }}' then weight end)
                as weight_{{ loop.index }},
            {% endfor %}
            model_version,
            category

        from affinities

        group by model_version, category

    )

    select
        {% for category in categories %}
        coalesce(category_weights.weight_{{ loop.index }}, 0) as weight_{{ loop.index }},
        {% endfor %}
        profiles.*

    from profiles

    inner join category_weights
        on profiles.model_version = category_weights.model_version
        and profiles.category = category_weights.category

    where
        profiles.model_version = (
            select max(model_version) from {{ ref('int_current_segments') }}
        )
{%- endmacro %}

{#
  How much of a category goes with what else a customer bought: its fit is of logarithms.

  Example: {{ affinity_score(categories) }} -> spend_unit * (exp(greatest(…, 0)) - 1)
#}
{% macro affinity_score(categories) -%}
    cards.spend_unit * (
        exp(
            greatest(
                cards.affinity_intercept
                {% for category in categories %}
                + cards.weight_{{ loop.index }} * ln(
                    1
                    + cast(coalesce(totalled.spend_{{ loop.index }}, 0) as double)
                    / cards.spend_unit
                )
                {% endfor %},
                0
            )
        )
        - 1
    )
{%- endmacro %}

{#
  Why a category is recommended: recommendation_reason()
      -> 'Has never bought fish; 40 % of the segment do.'
#}
{% macro recommendation_reason() -%}
    case
        when ranked.is_new
            then
                concat(
                    'Has never bought ', replace(ranked.category, '_', ' '), '; ',
                    {{ percent('cards.buyers_share') }}, ' of the segment do.'
                )
        else
            concat(
                'Gives ', {{ percent('ranked.own_share') }}, ' of the spend to ',
                replace(ranked.category, '_', ' '), '; the segment gives ',
                {{ percent('cards.mean_share') }}, '.'
            )
    end
{%- endmacro %}
