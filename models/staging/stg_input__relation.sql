{{ config(materialized='table') }}
{% set relation = input_relation() %}

{% if relation %}
{# by all columns, as the order of a relation is anybody's #}
{% set columns = adapter.get_columns_in_relation(relation) if execute else [] %}
select
    {% if columns %}
    row_number() over (
        order by
            {% for column in columns %}
            {{ quoted_name(column.name) }}{{ ',' if not loop.last }}
            {% endfor %}
    ) as segments_record_number,
    {% endif %}
    *

from {{ relation }}
{% else %}
select cast(null as bigint) as segments_record_number

from (select 1 as nothing) as nowhere

where 1 = 0
{% endif %}
