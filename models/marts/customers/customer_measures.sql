{% set measures = [] %}
{% for field in declared_fields() if field.role in ('measure', 'date') %}
{% do measures.append(field.name ~ '_days' if field.role == 'date' else field.name) %}
{% endfor %}

with

lengthened as (

    {# without any there are no rows #}
    {% for measure in measures or [''] %}
    {% set column = quoted_name(measure) if measure else 'null' %}
    select
        customer_id,
        segment_key,
        segment_name,
        '{{ measure }}' as measure,
        {{ loop.index }} as measure_order,
        cast({{ column }} as double) as measure_value

    from {{ ref('customers_wide') }}

    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    lengthened.customer_id,
    lengthened.segment_key,
    lengthened.segment_name,
    lengthened.measure,
    coalesce(offered.label, lengthened.measure) as measure_label,
    lengthened.measure_order,
    offered.unit,
    lengthened.measure_value

from lengthened

left join {{ ref('int_features_offered') }} as offered
    on lengthened.measure = offered.feature
