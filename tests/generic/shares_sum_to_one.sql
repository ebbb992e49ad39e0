{# Within every group, the shares that are known sum to 1. #}
{% test shares_sum_to_one(model, share, group) %}

select
    {{ group | join(', ') }},
    sum({{ share }}) as total_share

from {{ model }}

where {{ share }} is not null

group by {{ group | join(', ') }}

having abs(sum({{ share }}) - 1) > 1e-9

{% endtest %}
