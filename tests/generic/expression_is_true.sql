{# The expression holds in every row where it can be told; null is not a failure. #}
{% test expression_is_true(model, expression) %}

select *

from {{ model }}

where not ({{ expression }})

{% endtest %}
