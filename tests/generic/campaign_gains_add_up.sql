{# In every tenth, the contacts and responses of the segments are those of all. #}
{% test campaign_gains_add_up(model) %}

select decile

from {{ model }}

group by decile

having
    sum(case when segment_key = 'all' then contacts else -contacts end) != 0
    or sum(case when segment_key = 'all' then responses else -responses end) != 0

{% endtest %}
