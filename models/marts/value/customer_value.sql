{{ config(enabled=var('value')) }}

with

-- empty where the input has no times: nothing can be tested then
accuracy as (

    select * from {{ ref('ml_forecast_accuracy') }}

),

tested as (

    select max(sentence) as sentence

    from {{ ref('forecast_accuracy') }}

    where target = 'spend'

),

-- no row where the input switches value off, which leaves the mart empty
current_models as (

    select
        model_version,
        count_if(model = 'BG/NBD' and is_used) > 0 as is_drop_out_known,
        count_if(model = 'Gamma-Gamma' and is_used) > 0 as is_value_modelled

    from {{ ref('customer_value_models') }}

    where
        model_version = (
            select model_version from {{ ref('ml_segment_model') }} where is_current
        )

    group by model_version

),

valued as (

    select
        customers.customer_id,
        customers.segment_key,
        customers.segment_name,
        current_models.model_version,
        customers.observed_on,
        customers.tenure_days,
        customers.recency_days,
        customers.purchases,
        customers.spend_365_days,
        customers.total_spend as historical_spend,
        -- a tenure of less than a month says little about a year
        case
            when customers.tenure_days >= 30
                then
                    cast(
                        365.0e0 * customers.total_spend / customers.tenure_days
                        as decimal(18, 2)
                    )
        end as historical_spend_per_year,
        customers.average_order_value,
        coalesce(accuracy.horizon_days, {{ value_horizon() }}) as horizon_days,
        case
            when accuracy.horizon_days is null and current_models.is_drop_out_known
                then expectations.probability_active
        end as probability_active,
        forecasts.probability_of_buying_again,
        forecasts.purchase_days,
        case
            when accuracy.horizon_days is not null then forecasts.expected_purchase_days
            else expectations.expected_purchases
        end as expected_purchases,
        case
            when customers.repeat_purchases is null then 'purchases'
            else 'days with a purchase'
        end as purchase_unit,
        case
            when accuracy.horizon_days is not null
                then forecasts.expected_spend / nullif(forecasts.expected_purchase_days, 0)
            else expectations.expected_average_value
        end as expected_order_value,
        case
            when accuracy.horizon_days is not null then forecasts.expected_spend
            else expectations.expected_spend
        end as expected_spend,
        case
            when accuracy.horizon_days is not null
                then
                    case
                        when forecasts.customer_id is null then 'not known'
                        else accuracy.spend_method
                    end
            when expectations.customer_id is null then 'not known'
            when is_drop_out_known and is_value_modelled then 'BG/NBD and Gamma-Gamma'
            when is_drop_out_known then 'BG/NBD and own average'
            when is_value_modelled then 'NBD and Gamma-Gamma'
            else 'NBD and own average'
        end as value_basis,
        case
            when accuracy.horizon_days is not null then forecasts.customer_id is not null
            else
                expectations.customer_id is not null
                and current_models.is_drop_out_known
        end as is_estimate,
        coalesce(
            tested.sentence,
            'Not tested: the input does not say on which days customers bought.'
        ) as accuracy

    from {{ ref('customers') }} as customers

    cross join current_models

    left join {{ ref('ml_customer_value') }} as expectations
        on customers.customer_id = expectations.customer_id

    left join {{ ref('ml_customer_forecast') }} as forecasts
        on customers.customer_id = forecasts.customer_id

    left join accuracy
        on true

    cross join tested

),

-- the money of a horizon that is lost if they stop, and how likely that is
at_risk as (

    select
        *,
        1 - coalesce(probability_of_buying_again, probability_active)
            as stopping_probability,
        cast(
            coalesce(spend_365_days, historical_spend_per_year) * horizon_days / 365.0e0
            as decimal(18, 2)
        ) as spend_at_stake

    from valued

),

-- who bought once is not told apart but by the time since then: those share a rank
ranked as (

    select
        *,
        rank() over (
            order by
                expected_spend desc nulls last,
                case when purchase_days = 1 then 0 else historical_spend end desc nulls last,
                case when purchase_days = 1 then '' else customer_id end
        ) as shared_place,
        row_number() over (
            order by
                expected_spend desc nulls last, historical_spend desc nulls last, customer_id
        ) as place,
        count(expected_spend) over () as places

    from at_risk

)

select
    customer_id,
    segment_key,
    segment_name,
    model_version,
    observed_on,
    cast(horizon_days as integer) as horizon_days,
    tenure_days,
    recency_days,
    purchases,
    historical_spend,
    historical_spend_per_year,
    average_order_value,
    probability_active,
    probability_of_buying_again,
    expected_purchases,
    purchase_unit,
    cast(expected_order_value as decimal(18, 2)) as expected_order_value,
    cast(expected_spend as decimal(18, 2)) as expected_spend,
    case
        when expected_spend is not null then cast(shared_place as bigint)
    end as customer_rank,
    case
        when expected_spend is not null
            then cast(1 + floor(10.0e0 * (place - 1) / places) as integer)
    end as value_decile,
    value_basis,
    stopping_probability,
    spend_at_stake,
    cast(stopping_probability * spend_at_stake as decimal(18, 2)) as value_at_risk,
    case
        when stopping_probability * spend_at_stake is not null then null
        when purchase_days is null and probability_active is null
            then 'The input does not tell how likely this customer is to stop.'
        else 'Known for too short a time to say what is at stake.'
    end as value_at_risk_note,
    is_estimate,
    accuracy

from ranked
