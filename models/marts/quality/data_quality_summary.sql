{% set is_orders = input_dialect().kind == 'orders' %}
{% set order_lines, customer_records = ref('stg_orders__lines'), ref('stg_input__records') %}
{% set relations = {
    'records': order_lines if is_orders else customer_records,
    'rejects': ref('stg_input__rejects'),
    'customers': ref('customers_wide'),
} %}
{% set checks = quality_checks() %}
{% set rows = [] %}
{% for check in checks %}
{% do check.update({'rows': 'rows_' ~ loop.index}) %}
{% do rows.append({
    'outcome': "'" ~ check.outcome ~ "'",
    'check_name': "'" ~ escape_single_quotes(check.check_name) ~ "'",
    'rows_found': check.rows,
    'reading': "'" ~ check.reading ~ "'",
}) %}
{% endfor %}

with

-- one pass over each, however many checks there are
{% for name, relation in relations.items() %}
counted_{{ name }} as (

    select
        {% for check in checks if check.of == name %}
        count(case when {{ check.where }} then 1 end) as {{ check.rows }},
        {% endfor %}
        count(*) as all_{{ name }}

    from {{ relation }}

),

{% endfor %}
counted as (

    select *

    from counted_records

    cross join counted_rejects

    cross join counted_customers

),

checks as (

    {{ one_row_each('counted', rows) }}

)

select
    checks.outcome,
    checks.check_name,
    cast(checks.rows_found as bigint) as rows_found,
    {{ share_of('checks.rows_found', 'counted.all_records') }} as row_share,
    checks.reading

from checks

cross join counted

left join {{ ref('int_feature_catalogue') }} as catalogue
    on checks.outcome = 'imputed'
    and checks.check_name = catalogue.feature

-- only features of the segmentation count; few files hold what cannot be negative
where
    (checks.outcome != 'imputed' or catalogue.is_segmentation)
    and (checks.outcome != 'negative' or checks.rows_found > 0)
