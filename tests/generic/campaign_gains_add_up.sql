{# In every tenth, the contacts and responses of the segments are those of all. #}
{% test campaign_gains_add_up(model) %}

select decile

from {{ model }}

where point_kind = 'tenth'

group by decile

having
    sum(case when scope = 'all customers' then contacts else -contacts end) != 0
    or sum(case when scope = 'all customers' then responses else -responses end) != 0

{% endtest %}
