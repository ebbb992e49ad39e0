{{ config(enabled=var('exploration')) }}
{% set feature_values = [] %}
{% for row in catalogue_features() %}
{% do feature_values.append({
    'segment_key': 'segment_key',
    'feature': "'" ~ row.feature ~ "'",
    'feature_value': 'cast(' ~ adapter.quote(row.feature) ~ ' as double)',
}) %}
{% endfor %}

with

customers as (

    select * from {{ ref('customers_wide') }}

),

summaries as (

    select * from {{ ref('eda_feature_summary') }}

    where known_customers > 0

),

-- about twenty bins for the middle 98 % of the customers
raw_widths as (

    select
        *,
        coalesce(
            nullif((p99 - p1) / 20, 0), nullif(abs(p99) / 20, 0), 1
        ) as raw_width

    from summaries

),

magnitudes as (

    select
        *,
        case
            when is_whole_number then greatest(1, power(10, floor(log10(raw_width))))
            else power(10, floor(log10(raw_width)))
        end as magnitude

    from raw_widths

),

-- edges people can read: steps of 1, 2, 2.5 and 5, whole where the values are
widths as (

    select
        *,
        magnitude * case
            when raw_width / magnitude < 1.5 then 1
            when raw_width / magnitude < 2.25 then 2
            when raw_width / magnitude < 3.5
                then case when is_whole_number and magnitude < 10 then 2 else 2.5 end
            when raw_width / magnitude < 7.5 then 5
            else 10
        end as bin_width

    from magnitudes

),

first_edges as (

    select
        *,
        bin_width * floor(p1 / bin_width + 1e-9) as first_edge

    from widths

),

bin_counts as (

    select
        *,
        cast(
            greatest(
                1,
                case
                    when is_whole_number
                        then floor((p99 - first_edge) / bin_width + 1e-9) + 1
                    else ceil((p99 - first_edge) / bin_width - 1e-9)
                end
            ) as integer
        ) as bins

    from first_edges

),

edges as (

    select
        *,
        first_edge + bins * bin_width as last_edge

    from bin_counts

),

lengthened as (

    {{ stacked('customers', feature_values) }}

),

binned as (

    select
        edges.feature,
        lengthened.segment_key,
        {{ histogram_bin('lengthened.feature_value') }} as bin_order

    from lengthened

    inner join edges
        on lengthened.feature = edges.feature

    where lengthened.feature_value is not null

),

counted as (

    select
        feature,
        segment_key,
        bin_order,
        count(*) as customers

    from binned

    group by feature, segment_key, bin_order

),

scoped as (

    select
        'segment' as scope,
        segment_key,
        feature,
        bin_order,
        customers

    from counted

    union all

    select
        'all customers' as scope,
        'all' as segment_key,
        feature,
        bin_order,
        sum(customers) as customers

    from counted

    group by feature, bin_order

),

scopes as (

    select
        'segment' as scope,
        segment_key,
        segment_name

    from {{ ref('int_current_segments') }}

    union all

    select
        'all customers' as scope,
        'all' as segment_key,
        'All customers' as segment_name

),

numbers as (

    {% for number in range(42) %}
    select {{ number }} as bin_order
    {{- ' union all' if not loop.last }}
    {% endfor %}

),

-- every bin between the first and the last that hold somebody, empty ones too
grid as (

    select
        scopes.*,
        edges.*,
        numbers.bin_order

    from edges

    inner join numbers
        on numbers.bin_order between
        least(1, {{ histogram_bin('edges.minimum') }})
        and greatest(edges.bins, {{ histogram_bin('edges.maximum') }})

    cross join scopes

)

select
    grid.scope,
    grid.segment_key,
    grid.segment_name,
    grid.feature,
    grid.feature_label,
    grid.unit,
    grid.bin_order,
    case
        when grid.bin_order > 0
            then round(grid.first_edge + (grid.bin_order - 1) * grid.bin_width, 9)
    end as bin_from,
    case
        when grid.bin_order <= grid.bins
            then round(grid.first_edge + grid.bin_order * grid.bin_width, 9)
    end as bin_to,
    cast(coalesce(scoped.customers, 0) as bigint) as customers,
    {{ share_of(
        'coalesce(scoped.customers, 0)',
        'sum(scoped.customers) over (partition by grid.segment_key, grid.feature)'
    ) }} as customer_share

from grid

left join scoped
    on grid.segment_key = scoped.segment_key
    and grid.feature = scoped.feature
    and grid.bin_order = scoped.bin_order
