{% set columns = [
    'observed_on', 'segment_key', 'model_version', 'customers', 'customer_share',
    'total_spend', 'spend_share',
] %}
{% set before = 'coalesce(own_before.customers, origin_before.customers)' %}
{% set last_year = 'coalesce(own_last_year.customers, origin_last_year.customers)' %}

with

sizes as (

    {{ with_other_days(ref('int_segment_sizes'), columns) }}

),

earlier_days as (

    {{ days_before('sizes') }}

),

-- where most customers of a segment come from that a refit made
origins as (

    {{ first_of_each(
        'new_segment_key',
        ref('segment_alignment'),
        'model_version, shared_customers desc, old_segment_key',
        'new_segment_key != old_segment_key',
    ) }}

)

-- a name of those days may be another segment's today
select
    sizes.*,
    segments.segment_name,
    earlier_days.previous_observed_on,
    coalesce(own_before.segment_key, origin_before.segment_key) as compared_segment_key,
    {{ before }} as customers_before,
    sizes.customers - {{ before }} as customer_change,
    earlier_days.year_before_on,
    {{ last_year }} as customers_year_before,
    sizes.customers - {{ last_year }} as customer_change_in_a_year

from sizes

inner join earlier_days
    on sizes.observed_on = earlier_days.observed_on

left join {{ ref('segments') }} as segments
    on sizes.segment_key = segments.segment_key

left join origins
    on sizes.segment_key = origins.new_segment_key

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
