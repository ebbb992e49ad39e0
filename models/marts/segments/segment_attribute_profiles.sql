with

-- a value that nobody of the segment has is a finding too
shares as (

    {{ shares_of_values(ref('int_attribute_counts')) }}

),

-- adjusted residual (Haberman 1973): beyond 2 either way is more than chance
compared as (

    select
        *,
        (customers - known_customers * population_share) / nullif(
            sqrt(
                known_customers * population_share
                * (1 - segment_share) * (1 - population_share)
            ),
            0
        ) as standardised_residual

    from shares

),

judged as (

    select
        *,
        abs(coalesce(standardised_residual, 0)) as distinction

    from compared

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

from judged

left join {{ ref('int_current_segments') }} as current_segments
    on judged.segment_key = current_segments.segment_key
