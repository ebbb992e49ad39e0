{{ config(enabled=var('campaign'), materialized='view') }}

select
    campaign,
    skip_reason

from {{ ref('ml_campaign_response') }}

where skip_reason is not null
