{{ config(materialized='table') }}
{% set relation = input_relation() %}
{% set columns = adapter.get_columns_in_relation(relation) if execute and relation else [] %}
{% set names = [] %}
{% for column in columns %}{% do names.append(quoted_name(column.name)) %}{% endfor %}

-- depends_on: {{ source("input", "file") }}
{% if relation %}
{# by all columns, as the order of a relation is anybody's #}
select
    row_number() over (order by {{ names | join(', ') or '1' }}) as segments_record_number,
    *

from {{ relation }}
{% else %}
select cast(null as bigint) as segments_record_number

from (select 1 as anchor) as nowhere

where 1 = 0
{% endif %}
