-- Of each group, everybody whose value is known is counted once.
with

profiles as (

    select
        attribute,
        sum(customers) as customers

    from {{ ref('segment_attribute_profiles') }}

    group by attribute

),

judged as (

    select judged.*

    from {{ ref('int_features_judged') }} as judged

    inner join {{ ref('int_feature_catalogue') }} as catalogue
        on judged.feature = catalogue.feature

    where catalogue.kind = 'group' and judged.known_customers > 0

)

select
    judged.feature,
    judged.known_customers,
    profiles.customers

from judged

left join profiles
    on judged.feature = profiles.attribute

where judged.known_customers is distinct from profiles.customers
