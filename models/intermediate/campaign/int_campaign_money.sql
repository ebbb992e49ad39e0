{{ config(enabled=var('campaign'), materialized='view') }}

-- the file says the same in every row
select
    {{ campaign_amount('contact_cost', 'contact_cost') }} as contact_cost,
    {{ campaign_amount('revenue_per_response', 'revenue') }} as revenue_per_response

from {{ ref('stg_input__customers') }}
