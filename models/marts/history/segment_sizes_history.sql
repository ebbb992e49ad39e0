-- other_days reads it once there is a history: {{ ref('int_input_statistics') }}
{% set columns = [
    'observed_on', 'segment_key', 'model_version', 'customers', 'customer_share',
    'total_spend', 'spend_share',
] %}

with

current_version as (

    select model_version from {{ ref('ml_segment_model') }} where is_current

),

sized as (

    select
        segment_key,
        min(observed_on) as observed_on,
        count(customer_id) as customers,
        sum(total_spend) as total_spend

    from {{ ref('customers') }}

    group by segment_key

),

today as (

    select
        sized.observed_on,
        sized.segment_key,
        current_version.model_version,
        cast(sized.customers as bigint) as customers,
        {{ share_of('sized.customers', 'sum(sized.customers) over ()') }} as customer_share,
        cast(sized.total_spend as decimal(18, 2)) as total_spend,
        {{ share_of('sized.total_spend', 'sum(sized.total_spend) over ()') }} as spend_share

    from sized

    cross join current_version

),

sizes as (

    select {{ columns | join(', ') }}

    from today
    {% if has_history() %}
    union all

    {{ other_days(columns) }}
    {% endif %}

),

days as (

    select distinct observed_on from sizes

),

-- the build before, and the last one between 365 and 396 days ago
earlier_days as (

    select
        days.observed_on,
        max(earlier.observed_on) as previous_observed_on,
        max(
            case
                when
                    earlier.observed_on <= {{ add_days('days.observed_on', '-365') }}
                    and earlier.observed_on >= {{ add_days('days.observed_on', '-396') }}
                    then earlier.observed_on
            end
        ) as year_before_on

    from days

    left join days as earlier
        on days.observed_on > earlier.observed_on

    group by days.observed_on

),

-- where most customers of a segment come from that a refit made
origins as (

    select
        new_segment_key,
        old_segment_key,
        row_number() over (
            partition by new_segment_key
            order by model_version, shared_customers desc, old_segment_key
        ) as place

    from {{ ref('segment_alignment') }}

    where
        old_segment_key is not null
        and new_segment_key is not null
        and old_segment_key != new_segment_key

),

compared as (

    select
        sizes.*,
        earlier_days.previous_observed_on,
        coalesce(own_before.segment_key, origin_before.segment_key)
            as compared_segment_key,
        coalesce(own_before.customers, origin_before.customers) as customers_before,
        earlier_days.year_before_on,
        coalesce(own_last_year.customers, origin_last_year.customers)
            as customers_year_before

    from sizes

    inner join earlier_days
        on sizes.observed_on = earlier_days.observed_on

    left join origins
        on sizes.segment_key = origins.new_segment_key
        and origins.place = 1

    {% for name, key, day in [
        ('own_before', 'sizes.segment_key', 'previous_observed_on'),
        ('origin_before', 'origins.old_segment_key', 'previous_observed_on'),
        ('own_last_year', 'sizes.segment_key', 'year_before_on'),
        ('origin_last_year', 'origins.old_segment_key', 'year_before_on'),
    ] -%}
    left join sizes as {{ name }}
        on {{ key }} = {{ name }}.segment_key
        and earlier_days.{{ day }} = {{ name }}.observed_on

    {% endfor %}
)

-- a name of those days may be another segment's today
select
    compared.observed_on,
    compared.segment_key,
    segments.segment_name,
    compared.model_version,
    compared.customers,
    compared.customer_share,
    compared.total_spend,
    compared.spend_share,
    compared.previous_observed_on,
    compared.compared_segment_key,
    compared.customers_before,
    compared.customers - compared.customers_before as customer_change,
    compared.year_before_on,
    compared.customers_year_before,
    compared.customers - compared.customers_year_before as customer_change_in_a_year

from compared

left join {{ ref('segments') }} as segments
    on compared.segment_key = segments.segment_key
