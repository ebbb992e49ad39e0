{% set attributes = [
    'gender', 'country', 'education', 'household_type', 'marital_status',
    'preferred_channel', 'top_category',
] %}
{# values of own groups may be a bare yes, so that the reading has the name before it #}
{% set labels = {} %}
{% for row in catalogue_groups() if row.feature not in attributes %}
{% do attributes.append(row.feature) %}
{% do labels.update({row.feature: row.label}) %}
{% endfor %}

with

customers as (

    {{ completed(ref('customers_wide'), attributes | list) }}

),

-- one pass over the customers; only the counts become long
counted as (

    select
        segment_key,
        {% for attribute in attributes %}
        {{ quoted_name(attribute) }},
        {% endfor %}
        count(customer_id) as customers

    from customers

    group by
        {% for attribute in attributes %}
        {{ quoted_name(attribute) }},
        {% endfor %}
        segment_key

),

lengthened as (

    {% for attribute in attributes %}
    select
        segment_key,
        '{{ attribute }}' as attribute,
        {{ quoted_name(attribute) }} as attribute_value,
        sum(customers) as customers

    from counted

    where {{ quoted_name(attribute) }} is not null

    group by segment_key, {{ quoted_name(attribute) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

known as (

    select
        segment_key,
        attribute,
        sum(customers) as known_customers

    from lengthened

    group by segment_key, attribute

),

attribute_values as (

    select
        attribute,
        attribute_value,
        sum(customers) as customers

    from lengthened

    group by attribute, attribute_value

),

ordered_values as (

    {{ values_in_order('attribute_values') }}

),

-- a value that nobody of the segment has is a finding too
completed as (

    select
        known.segment_key,
        known.attribute,
        ordered_values.attribute_value,
        ordered_values.value_rank,
        coalesce(lengthened.customers, 0) as customers,
        known.known_customers,
        {{ share_of('coalesce(lengthened.customers, 0)', 'known.known_customers') }}
            as customer_share,
        {{ share_of(
            'ordered_values.customers',
            'sum(known.known_customers) over ('
            ~ 'partition by known.attribute, ordered_values.attribute_value)'
        ) }} as population_share,
        {{ share_of(
            'known.known_customers',
            'sum(known.known_customers) over ('
            ~ 'partition by known.attribute, ordered_values.attribute_value)'
        ) }} as segment_share

    from known

    inner join ordered_values
        on known.attribute = ordered_values.attribute

    left join lengthened
        on known.segment_key = lengthened.segment_key
        and known.attribute = lengthened.attribute
        and ordered_values.attribute_value = lengthened.attribute_value

),

-- adjusted residual (Haberman 1973): beyond 2 either way is more than chance
judged as (

    select
        *,
        (customers - known_customers * population_share) / nullif(
            sqrt(
                known_customers * population_share
                * (1 - segment_share) * (1 - population_share)
            ),
            0
        ) as standardised_residual

    from completed

),

measured as (

    select
        *,
        abs(coalesce(standardised_residual, 0)) as distinction

    from judged

)

select
    measured.segment_key,
    current_segments.segment_name,
    measured.attribute,
    measured.attribute_value,
    cast(measured.value_rank as integer) as value_order,
    cast(measured.customers as bigint) as customers,
    cast(measured.known_customers as bigint) as known_customers,
    measured.customer_share,
    {{ wilson_bound('measured.customers', 'measured.known_customers', -1) }}
        as customer_share_lower,
    {{ wilson_bound('measured.customers', 'measured.known_customers', 1) }}
        as customer_share_upper,
    measured.population_share,
    100 * measured.customer_share / nullif(measured.population_share, 0) as share_index,
    measured.standardised_residual,
    cast(
        row_number() over (
            partition by measured.segment_key
            order by
                measured.distinction desc,
                measured.attribute,
                measured.attribute_value
        ) as integer
    ) as differentiator_rank,
    case measured.attribute
        {% for attribute, label in labels.items() %}
        when '{{ attribute }}' then '{{ escape_single_quotes(label) }}: '
        {% endfor %}
        when '' then null
        else ''
    end
    || measured.attribute_value || ' is ' || {{ percent('measured.customer_share') }}
    || ' of the segment and ' || {{ percent('measured.population_share') }}
    || ' of all customers.' as reading

from measured

left join {{ ref('int_current_segments') }} as current_segments
    on measured.segment_key = current_segments.segment_key
