{# Every level that deals and spend can have finds its row; objectives need not, as a
   segment that nothing sets apart gets no advice. #}
with

counted as (

    select
        decision,
        count(distinct concat_ws('/', value_level, deal_level)) as combinations

    from {{ ref('playbook') }}

    where decision != 'objective'

    group by decision

)

select *

from counted

where combinations != 3
