{% set features = catalogue_features('int_features_offered') %}
{% set groups = [] %}
{% for row in catalogue_groups('int_features_offered') %}
{% do groups.append({
    'feature': "'" ~ row.feature ~ "'",
    'feature_value': 'cast(' ~ quoted_name(row.feature) ~ ' as ' ~ dbt.type_string() ~ ')',
}) %}
{% endfor %}

with

known as (

    select
        {% for row in features %}
        count({{ quoted_name(row.feature) }}) as known_{{ loop.index }},
        {% endfor %}
        {% for group in groups %}
        count({{ group.feature_value }}) as known_in_group_{{ loop.index }},
        {% endfor %}
        count(*) as customers

    from {{ ref('int_customers_engineered') }}

),

drawn as (

    select customers.*

    from {{ ref('int_customers_engineered') }} as customers

    inner join {{ ref('int_drawn_customers') }} as drawn_customers
        on customers.customer_id = drawn_customers.customer_id

),

-- a value that is not believed counts as missing, as it does in the fit
measured as (

    select
        {% for row in features %}
        {% set flag, name = row.implausible_flag, quoted_name(row.feature) %}
        {% set value = 'cast(' ~ name ~ ' as double)' %}
        {% set believed = 'case when not ' ~ flag ~ ' then ' ~ value ~ ' end' %}
        {% set value = believed if flag else value %}
        percentile_cont(0.01) within group (order by {{ value }}) as low_{{ loop.index }},
        percentile_cont(0.99) within group (order by {{ value }}) as high_{{ loop.index }},
        {% endfor %}
        count(*) as customers

    from drawn

),

{% if groups %}
-- as of a number: at least one drawn customer in a hundred differs from the rest
varied_groups as (

    select
        feature,
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

),
{% endif %}

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

    from known

    cross join measured
    {% endfor %}
    {% for group in groups %}

    union all

    select
        {{ group.feature }} as feature,
        known_in_group_{{ loop.index }} as known_customers,
        coalesce(varied_groups.is_varied, false) as is_varied

    from known

    left join varied_groups
        on varied_groups.feature = {{ group.feature }}
    {% endfor %}

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
