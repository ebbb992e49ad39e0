with

lengthened as (

    select *

    from (
        {{ attribute_counts() }}
    ) as counts

    where attribute_value is not null

),

known as (

    select
        segment_key,
        attribute,
        sum(customers) as known_customers

    from lengthened

    group by segment_key, attribute

),

ordered_values as (

    {{ values_in_order('lengthened') }}

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

)

select
    judged.segment_key,
    current_segments.segment_name,
    judged.attribute,
    judged.attribute_value,
    cast(judged.value_rank as integer) as value_order,
    cast(judged.customers as bigint) as customers,
    cast(judged.known_customers as bigint) as known_customers,
    judged.customer_share,
    {{ wilson_bound('judged.customers', 'judged.known_customers', -1) }}
        as customer_share_lower,
    {{ wilson_bound('judged.customers', 'judged.known_customers', 1) }}
        as customer_share_upper,
    judged.population_share,
    100 * judged.customer_share / nullif(judged.population_share, 0) as share_index,
    judged.standardised_residual,
    cast(
        row_number() over (
            partition by judged.segment_key
            order by
                judged.distinction desc,
                judged.attribute,
                judged.attribute_value
        ) as integer
    ) as differentiator_rank,
    -- values of own groups may be a bare yes, so that the reading has the name before it
    case judged.attribute
        {% for row in profiled_attributes() if row.is_own %}
        when '{{ row.feature }}' then '{{ escape_single_quotes(row.label) }}: '
        {% endfor %}
        when '' then null
        else ''
    end
    || judged.attribute_value || ' is ' || {{ percent('judged.customer_share') }}
    || ' of the segment and ' || {{ percent('judged.population_share') }}
    || ' of all customers.' as reading

from (
    select
        *,
        abs(coalesce(standardised_residual, 0)) as distinction

    from judged
) as judged

left join {{ ref('int_current_segments') }} as current_segments
    on judged.segment_key = current_segments.segment_key
