{# Every value that is there lies between two bounds, the bounds included. #}
{% test within_range(model, column_name, lowest, highest) %}

select {{ column_name }}

from {{ model }}

where {{ column_name }} < {{ lowest }} or {{ column_name }} > {{ highest }}

{% endtest %}
