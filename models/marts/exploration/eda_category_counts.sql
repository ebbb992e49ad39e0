{{ config(enabled=var('exploration')) }}
{# a free text in the file must not become as many rows as customers #}
{% set most_values = 20 %}
{% set customer_share =
    share_of('customers', 'sum(customers) over (partition by segment_key, attribute)') %}
{% set population_share =
    share_of('population_customers', 'sum(customers) over (partition by attribute)') %}

with

-- an attribute that the input does not have is left out
named as (

    {{ frequent_values(most_values) }}

),

all_values as (

    select
        attribute,
        attribute_value,
        min(value_order) as value_order,
        sum(customers) as population_customers

    from named

    group by attribute, attribute_value

),

-- a value that nobody in a segment has is a zero, not a gap
completed as (

    select
        current_segments.segment_key,
        current_segments.segment_name,
        all_values.attribute,
        all_values.attribute_value,
        all_values.value_order,
        all_values.population_customers,
        coalesce(sum(named.customers), 0) as customers

    from all_values

    cross join {{ ref('int_current_segments') }} as current_segments

    left join named
        on current_segments.segment_key = named.segment_key
        and all_values.attribute = named.attribute
        and all_values.attribute_value = named.attribute_value

    group by
        current_segments.segment_key,
        current_segments.segment_name,
        all_values.attribute,
        all_values.attribute_value,
        all_values.value_order,
        all_values.population_customers

)

select
    segment_key,
    segment_name,
    attribute,
    case attribute
        {% for row in profiled_attributes() %}
        when '{{ row.feature }}' then '{{ escape_single_quotes(row.label) }}'
        {% endfor %}
    end as attribute_label,
    attribute_value,
    cast(value_order as integer) as value_order,
    cast(customers as bigint) as customers,
    {{ customer_share }} as customer_share,
    {{ population_share }} as population_share,
    100 * ({{ customer_share }}) / nullif({{ population_share }}, 0) as share_index

from completed
