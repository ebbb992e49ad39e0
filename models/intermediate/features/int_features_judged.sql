{% set features = catalogue_features('feature_catalogue') %}

with

customers as (

    select * from {{ ref('int_customers_engineered') }}

),

catalogue as (

    select * from {{ ref('feature_catalogue') }}

),

dialect as (

    select * from {{ ref('input_dialect') }}

),

counted as (

    select least(1, {{ var('fit_sample_rows') }} / cast(count(*) as double)) as drawn_share

    from customers

    having count(*) > 0

),

-- quantiles hold all their values, so they are of about as many customers as a fit reads
drawn as (

    select
        customers.*,
        {{ hash_share('customers.customer_id') }} <= counted.drawn_share as is_drawn

    from customers

    cross join counted

),

-- a value that is not believed counts as missing, as it does in the fit
measured as (

    select
        {% for row in features %}
        {% set value = 'cast(' ~ adapter.quote(row.feature) ~ ' as double)' %}
        {% set flag = row.implausible_flag %}
        {% set condition = 'is_drawn' ~ (' and not ' ~ flag if flag else '') %}
        {% set drawn = 'case when ' ~ condition ~ ' then ' ~ value ~ ' end' %}
        count({{ adapter.quote(row.feature) }}) as known_{{ loop.index }},
        percentile_cont(0.01) within group (order by {{ drawn }}) as low_{{ loop.index }},
        percentile_cont(0.99) within group (order by {{ drawn }}) as high_{{ loop.index }},
        {% endfor %}
        count(*) as customers

    from drawn

),

lengthened as (

    {% for row in features %}
    select
        '{{ row.feature }}' as feature,
        known_{{ loop.index }} as known_customers,
        coalesce(low_{{ loop.index }} < high_{{ loop.index }}, false) as is_varied

    from measured
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        '' as feature,
        0 as known_customers,
        false as is_varied

    where false
    {% endfor %}

)

select
    catalogue.feature,
    catalogue.label,
    case
        when dialect.features is null then catalogue.is_segmentation
        else array_contains(dialect.features, catalogue.feature)
    end as is_wanted,
    cast(coalesce(lengthened.known_customers, 0) as bigint) as known_customers,
    case
        when coalesce(lengthened.known_customers, 0) = 0 then 'the input has no values of it'
        when not lengthened.is_varied then 'it is the same for practically all customers'
    end as left_out_because

from catalogue

cross join dialect

left join lengthened
    on catalogue.feature = lengthened.feature
