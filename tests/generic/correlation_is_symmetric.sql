{# A feature correlates with another as that one does with it. #}
{% test correlation_is_symmetric(model) %}

select
    one.feature,
    one.other_feature

from {{ model }} as one

left join {{ model }} as other
    on one.feature = other.other_feature
    and one.other_feature = other.feature

where
    other.feature is null
    or one.pearson is distinct from other.pearson
    or one.spearman is distinct from other.spearman

{% endtest %}
