{# Every level that the figures can have finds its row, so that no segment is left without. #}
with

counted as (

    select
        decision,
        count(distinct concat_ws('/', value_level, engagement_level, deal_level))
            as combinations

    from {{ ref('playbook') }}

    group by decision

),

compared as (

    select
        decision,
        combinations,
        case decision when 'objective' then 9 else 3 end as wanted_combinations

    from counted

)

select *

from compared

where combinations != wanted_combinations
