{{ config(enabled=var('value')) }}
{# which parts of those who can still be kept are listed: all, and at high risk #}
{% set raised_share, high_share = var('risk_list_shares') %}

with

regulars as (

    select
        forecasts.*,
        accuracy.horizon_days

    from {{ ref('ml_customer_forecast') }} as forecasts

    cross join {{ ref('ml_forecast_accuracy') }} as accuracy

    where accuracy.can_list and forecasts.purchase_days_last_year >= 2

),

worth_keeping as (

    select
        regulars.*,
        customers.recency_days,
        customers.median_interval_days as own_interval_days,
        customers.recency_days >= regulars.horizon_days as is_gone

    from regulars

    inner join {{ ref('customers') }} as customers
        on regulars.customer_id = customers.customer_id

    where
        regulars.spend_last_year >= (
            select percentile_cont(0.5) within group (order by all_regulars.spend_last_year)

            from regulars as all_regulars
        )

),

-- who is still buying is ranked by the forecast, who is gone by silence
ranked as (

    select
        *,
        count(*) over (partition by is_gone) as places,
        row_number() over (
            partition by is_gone
            order by
                case when is_gone then recency_days end desc,
                case when not is_gone then probability_of_buying_again end,
                customer_id
        ) as place

    from worth_keeping

)

select
    customer_id,
    case when is_gone then 'gone: win back' else 'likely to stop' end as risk_list,
    place as list_rank,
    case
        when is_gone then 'gone'
        when place <= {{ high_share }} * places then 'high'
        else 'raised'
    end as risk_level,
    own_interval_days,
    purchase_days,
    probability_of_buying_again,
    spend_last_year,
    horizon_days

from ranked

where is_gone or (places >= 50 and place <= {{ raised_share }} * places)
