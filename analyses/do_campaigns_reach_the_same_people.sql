{{ config(enabled=project_name == 'segmentation') }}
-- Do the campaigns reach the same people again and again?
--
-- Customers by the number of earlier campaigns they accepted. Read share_of_acceptances
-- against customer_share: if a few per cent of the customers hold most acceptances, the
-- campaigns address one circle. Then read target_response_rate down the rows: a steep rise
-- with intervals that do not touch says that past acceptance is the best single predictor
-- of the next one, and that the customers in the first row have not been offered what they
-- want yet.

with

customers as (

    select * from {{ ref('customers') }}

    where campaigns_accepted is not null

),

counted as (

    select
        campaigns_accepted,
        count(*) as customers,
        count(target_accepted) as contacts,
        sum(case when target_accepted then 1 else 0 end) as responses

    from customers

    group by campaigns_accepted

)

select
    campaigns_accepted,
    customers,
    {{ share_of('customers', 'sum(customers) over ()') }} as customer_share,
    {{ share_of(
        'customers * campaigns_accepted', 'sum(customers * campaigns_accepted) over ()'
    ) }} as share_of_acceptances,
    {{ share_of('responses', 'contacts') }} as target_response_rate,
    {{ wilson_bound('responses', 'contacts', -1) }} as target_response_rate_lower,
    {{ wilson_bound('responses', 'contacts', 1) }} as target_response_rate_upper

from counted

order by campaigns_accepted
