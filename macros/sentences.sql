{#
  A share as people write it. Null stays null.

  percent('0.254') -> 25 %
#}
{% macro percent(share) -%}
    {{ figure('100 * ' ~ share) }} || ' %'
{%- endmacro %}

{#
  How an index reads, whether high, middle or low. 100 is average; a fifth more or
  less is worth telling. Null stays null.

  level_of('deal_share_index') -> 'high' from 120, 'low' up to 80, else 'middle'
#}
{% macro level_of(index) -%}
    case
        when {{ index }} >= 120 then 'high'
        when {{ index }} <= 80 then 'low'
        when {{ index }} is not null then 'middle'
    end
{%- endmacro %}

{#
  Why a segment has its objective: what its customers spend, how often they buy, visit
  and answer, and how long ago they came, against all customers.

  objective_reason('levelled') -> 'A customer spends 2.1 times what the average one does; …'
#}
{% macro objective_reason(relation) -%}
    case
        when {{ relation }}.value_level is null
            then
                'What they spend is not known, so they are treated like the average '
                || 'customer.'
        else
            case
                when {{ relation }}.is_spend_scored then 'Their spending score is '
                else 'A customer spends '
            end
            || {{ figure(relation ~ '.spend_index / 100', 1) }}
            || case
                when {{ relation }}.is_spend_scored then ' times the average'
                else ' times what the average one does'
            end
            || coalesce(
                case
                    when
                        {{ relation }}.web_visits_index is null
                        and {{ relation }}.campaigns_index is null
                        then '; purchases are '
                    else '; buying, visits and answers are '
                end
                || {{ figure(relation ~ '.engagement_index / 100', 1) }}
                || ' times the average',
                ''
            )
            || coalesce(
                '; the last purchase is ' || {{ figure(relation ~ '.recency_index / 100', 1) }}
                || ' times as long ago',
                ''
            )
            || '.'
    end
{%- endmacro %}
