{#
  What the campaign's model recommends, in a sentence: whom to contact, and what that earned
  of customers unseen by it. It reads the relations of campaign_summary.

  recommendation_words() -> 'Contact 367 of 2,240 customers, keep 37 aside: expected …'
#}
{% macro recommendation_words() -%}
    case
        when skill.lower <= 0.5e0
            then concat(
                    'No recommendation: of customers whom the model had not seen, it ',
                    'ranks one who responds above one who does not in ',
                    {{ figure('100 * skill.estimate') }}, ' of 100 pairs (',
                    {{ figure('100 * skill.lower') }}, ' to ',
                    {{ figure('100 * skill.upper') }}, '), no better than by lot.'
                )
        when response.contact_cost is null
            then concat(
                    'Customers are ranked by how likely ', replace(response.campaign, '_', ' '),
                    ' is: somebody of whom it is true ranks above somebody of whom it ',
                    'is not in ',
                    {{ figure('100 * skill.estimate') }}, ' of 100 pairs. Whom it pays to ',
                    'contact is unknown until the vars contact_cost and ',
                    'revenue_per_response say what a contact costs and a response ',
                    'brings in.'
                )
        when response.revenue_per_response <= response.contact_cost
            then concat(
                    'Contact nobody: a response brings in ',
                    {{ money_text('response.revenue_per_response') }},
                    ', no more than the ', {{ money_text('response.contact_cost') }},
                    ' that a contact costs.'
                )
        when response.contact_cost = 0
            then concat(
                    'Contact everybody, ', {{ figure('plan.contacts') }},
                    ' customers, and keep ', {{ figure('plan.held_out') }},
                    ' aside: a contact costs nothing.'
                )
        when plan.listed = 0
            then 'Contact nobody: no customer is likely enough to respond.'
        when evidence.estimate <= 0
            then concat(
                    'Contact nobody: tried on customers unseen by it, the rule earned ',
                    {{ money_text('evidence.estimate') }},
                    ', no more than contacting nobody.'
                )
        else concat(
                'Contact ', {{ figure('plan.contacts') }}, ' of ',
                {{ figure('plan.customers') }}, ' customers, keep ',
                {{ figure('plan.held_out') }}, ' aside: expected profit ',
                {{ money_text('plan.expected_profit') }}, '. Tried on customers unseen ',
                'by it, the rule earned ',
                {{ money_text('evidence.estimate') }}, ' (',
                {{ money_text('evidence.lower') }}, ' to ',
                {{ money_text('evidence.upper') }}, ') on ',
                {{ figure('response.evaluated_customers') }},
                ' customers; contacting all of them earns ',
                {{ money_text('references_of_profit.contact_all_profit') }},
                ', knowing beforehand who answers ',
                {{ money_text('references_of_profit.perfect_profit') }}, '.'
            )
    end
{%- endmacro %}

{#
  The smallest uplift that a test at 5 % finds in four of five campaigns: 1.96 + 0.84
  standard errors of the difference between those contacted and those held out.

  detectable_uplift() -> 2.8 * sqrt(plan.expected_rate * …)
#}
{% macro detectable_uplift() -%}
    2.8e0 * sqrt(
        plan.expected_rate * (1 - plan.expected_rate)
        * (
            1 / nullif(cast(plan.contacts as double), 0)
            + 1 / nullif(cast(plan.held_out as double), 0)
        )
    )
{%- endmacro %}

{#
  Which effect the held-out customers can show: a holdout of a few sees only a great one,
  and that must be known beforehand.

  holdout_words() -> 'Keeping 37 aside shows an effect of 25 percentage points or more, …'
#}
{% macro holdout_words() -%}
    case
        when plan.held_out > 0 and skill.lower > 0.5e0
            then concat(
                    'Keeping ', {{ figure('plan.held_out') }},
                    ' aside shows an effect of ',
                    cast(
                        cast(ceil(100 * {{ detectable_uplift() }}) as bigint)
                        as {{ dbt.type_string() }}
                    ),
                    ' percentage points or more, in four campaigns of five.'
                )
    end
{%- endmacro %}
