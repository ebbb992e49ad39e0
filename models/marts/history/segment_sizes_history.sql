{% set columns = [
    'observed_on', 'segment_key', 'segment_name', 'model_version', 'customers',
    'customer_share', 'total_spend', 'spend_share',
] %}

with

customers as (

    select * from {{ ref('customers') }}

),

current_version as (

    select model_version from {{ ref('ml_segment_model') }} where is_current

),

current_segments as (

    select * from {{ ref('int_current_segments') }}

),

sized as (

    select
        segment_key,
        min(observed_on) as observed_on,
        count(*) as customers,
        sum(total_spend) as total_spend

    from customers

    group by segment_key

),

today as (

    select
        sized.observed_on,
        sized.segment_key,
        current_segments.segment_name,
        current_version.model_version,
        cast(sized.customers as bigint) as customers,
        {{ share_of('sized.customers', 'sum(sized.customers) over ()') }} as customer_share,
        cast(sized.total_spend as decimal(18, 2)) as total_spend,
        {{ share_of('sized.total_spend', 'sum(sized.total_spend) over ()') }} as spend_share

    from sized

    cross join current_version

    inner join current_segments
        on sized.segment_key = current_segments.segment_key

)

select {{ columns | join(', ') }}

from today
{% if is_late_run() %}
where false
{% endif %}
{% if has_history() %}
union all

{{ earlier_rows(columns) }}
{% endif %}
