{{ config(enabled=var('offers'), materialized='view') }}
{# one column a category keeps a customer in one row; a nameless one stands for none #}
{% set categories = profiled_categories() or [''] %}

with

cards as (

    {{ category_cards(categories) }}

),

spend as (

    select
        {% for category in categories %}
        greatest(coalesce({{ staged('spend', category) }}, 0), 0)
            as spend_{{ loop.index }},
        {% endfor %}
        customer_id

    from {{ ref('stg_input__customers') }}

),

totalled as (

    select
        *,
        {% for category in categories -%}
        spend_{{ loop.index }}{{ ' + ' if not loop.last }}
        {%- endfor %} as total_spend

    from spend

),

candidates as (

    select
        customer_segments.customer_id,
        cards.segment_key,
        cards.category,
        cards.method as fitted_method,
        cards.mean_share as segment_share,
        cast(coalesce(totalled.total_spend, 0) as double) as total_spend,
        cast(
            case cards.category
                {% for category in categories %}
                when '{{ escape_single_quotes(category) }}'
                    then coalesce(totalled.spend_{{ loop.index }}, 0)
                {% endfor %}
            end as double
        ) as category_spend,
        case cards.method
            when 'global_popularity' then cards.overall_buyers_share
            when 'segment_popularity' then cards.buyers_share
            when 'affinity' then {{ affinity_score(categories) }}
        end as fitted_score

    from {{ ref('customer_segments') }} as customer_segments

    inner join {{ ref('customers') }} as customers
        on customer_segments.customer_id = customers.customer_id
        and customers.no_contact_reason is null

    inner join cards
        on customer_segments.segment_key = cards.segment_key

    left join totalled
        on customer_segments.customer_id = totalled.customer_id

)

select
    *,
    category_spend = 0 as is_new,
    coalesce({{ share_of('category_spend', 'total_spend') }}, 0) as own_share

from candidates
