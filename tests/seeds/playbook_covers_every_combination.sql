{# Every level that spend can have finds its row; objectives and offers need not, as a
   segment that nothing sets apart gets no advice. #}
with

counted as (

    select
        decision,
        count(distinct value_level) as combinations

    from {{ ref('playbook') }}

    where decision = 'retention'

    group by decision

)

select *

from counted

where combinations != 3
