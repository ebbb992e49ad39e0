{% set features = catalogue_features('int_features_offered') %}
{% set groups = [] %}
{% for row in catalogue_groups('int_features_offered') %}
{% do groups.append({
    'feature': "'" ~ row.feature ~ "'",
    'feature_value': 'cast(' ~ quoted_name(row.feature) ~ ' as ' ~ dbt.type_string() ~ ')',
}) %}
{% endfor %}

with

customers as (

    select * from {{ ref('int_customers_engineered') }}

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
        {% set value = 'cast(' ~ quoted_name(row.feature) ~ ' as double)' %}
        {% set flag = row.implausible_flag %}
        {% set condition = 'is_drawn' ~ (' and not ' ~ flag if flag else '') %}
        {% set drawn = 'case when ' ~ condition ~ ' then ' ~ value ~ ' end' %}
        count({{ quoted_name(row.feature) }}) as known_{{ loop.index }},
        percentile_cont(0.01) within group (order by {{ drawn }}) as low_{{ loop.index }},
        percentile_cont(0.99) within group (order by {{ drawn }}) as high_{{ loop.index }},
        {% endfor %}
        count(*) as customers

    from drawn

),

counts as (

    select
        '' as feature,
        0 as known_customers,
        false as is_varied

    where false
    {% for row in features %}

    union all

    select
        '{{ row.feature }}' as feature,
        known_{{ loop.index }} as known_customers,
        coalesce(low_{{ loop.index }} < high_{{ loop.index }}, false) as is_varied

    from measured
    {% endfor %}
    {% if groups %}

    union all

    -- as of a number: at least one customer in a hundred differs from the rest
    select
        feature,
        sum(known_customers) as known_customers,
        max(known_customers) <= 0.99 * sum(known_customers) as is_varied

    from (
        select
            feature,
            count(*) as known_customers

        from ({{ stacked('drawn', groups) }}) as grouped

        where feature_value is not null

        group by feature, feature_value
    ) as group_counts

    group by feature
    {% endif %}

)

select
    catalogue.feature,
    catalogue.label,
    case
        when dialect.features is null then catalogue.is_segmentation
        else array_contains(dialect.features, catalogue.feature)
    end as is_wanted,
    cast(coalesce(counts.known_customers, 0) as bigint) as known_customers,
    case
        when coalesce(counts.known_customers, 0) = 0 then 'the input has no values of it'
        when not counts.is_varied then 'it is the same for practically all customers'
    end as left_out_because

from {{ ref('int_features_offered') }} as catalogue

cross join {{ ref('input_dialect') }} as dialect

left join counts
    on catalogue.feature = counts.feature
