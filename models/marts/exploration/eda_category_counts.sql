{{ config(enabled=var('exploration')) }}
{% set attributes = {
    'gender': 'Gender',
    'country': 'Country',
    'education': 'Education',
    'marital_status': 'Marital status',
    'household_type': 'Household',
    'preferred_channel': 'Preferred channel',
    'top_category': 'Top category',
} %}
{% for row in catalogue_groups() if row.feature not in attributes %}
{% do attributes.update({row.feature: row.label}) %}
{% endfor %}
{# a free text in the file must not become as many rows as customers #}
{% set most_values = 20 %}

with

customers as (

    {{ completed(ref('customers_wide'), attributes | list) }}

),

counted as (

    {% for attribute, label in attributes.items() %}
    select
        segment_key,
        '{{ attribute }}' as attribute,
        '{{ escape_single_quotes(label) }}' as attribute_label,
        {{ quoted_name(attribute) }} as attribute_value,
        count(customer_id) as customers

    from customers

    group by segment_key, {{ quoted_name(attribute) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

summed_values as (

    select
        attribute,
        attribute_value,
        sum(customers) as customers

    from counted

    group by attribute, attribute_value

),

-- an attribute that the input does not have is left out
totals as (

    {{ values_in_order('summed_values') }}

),

named as (

    select
        counted.segment_key,
        counted.attribute,
        counted.attribute_label,
        case
            when counted.attribute_value is null then 'Not known'
            when totals.value_rank > {{ most_values }} then 'All others'
            else counted.attribute_value
        end as attribute_value,
        least(
            totals.value_rank,
            {{ most_values + 1 }}
            + case when counted.attribute_value is null then 1 else 0 end
        ) as value_order,
        counted.customers

    from counted

    inner join totals
        on counted.attribute = totals.attribute
        and counted.attribute_value is not distinct from totals.attribute_value

    where totals.known_values > 0

),

summed as (

    select
        segment_key,
        attribute,
        attribute_label,
        attribute_value,
        min(value_order) as value_order,
        sum(customers) as customers

    from named

    group by segment_key, attribute, attribute_label, attribute_value

),

all_values as (

    select
        attribute,
        attribute_label,
        attribute_value,
        min(value_order) as value_order,
        sum(customers) as population_customers

    from summed

    group by attribute, attribute_label, attribute_value

),

-- a value that nobody in a segment has is a zero, not a gap
completed as (

    select
        current_segments.segment_key,
        current_segments.segment_name,
        all_values.*,
        coalesce(summed.customers, 0) as customers

    from all_values

    cross join {{ ref('int_current_segments') }} as current_segments

    left join summed
        on current_segments.segment_key = summed.segment_key
        and all_values.attribute = summed.attribute
        and all_values.attribute_value = summed.attribute_value

),

shares as (

    select
        *,
        {{ share_of(
            'customers', 'sum(customers) over (partition by segment_key, attribute)'
        ) }} as customer_share,
        {{ share_of(
            'population_customers', 'sum(customers) over (partition by attribute)'
        ) }} as population_share

    from completed

)

select
    segment_key,
    segment_name,
    attribute,
    attribute_label,
    attribute_value,
    cast(value_order as integer) as value_order,
    cast(customers as bigint) as customers,
    customer_share,
    population_share,
    100 * customer_share / nullif(population_share, 0) as share_index

from shares
