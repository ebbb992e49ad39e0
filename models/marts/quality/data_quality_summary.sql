{% set flags = {
    'is_income_missing': 'no income is known; the segment goes by what else is known',
    'is_age_implausible': 'the age is not believed and kept out of statistics of the fit',
    'is_income_implausible': 'the income is not believed and kept out of statistics of the fit',
    'is_repeated_profile': 'all but the key and the last response equals an earlier customer',
    'is_gold_above_total': 'more spent on gold products than in all categories',
    'is_deals_above_purchases': 'more purchases with a discount than purchases',
    'is_spend_without_purchase': 'spent money, but no purchase is counted',
    'is_outlier': 'unlike all segments, so read the segment with care',
} %}
{% set imputed = catalogue_features() + catalogue_groups() %}
{# what an input lacks altogether is no finding about its rows #}
{% if 'income' not in imputed | map(attribute='feature') | list %}
{% do flags.pop('is_income_missing') %}
{% endif %}
{% if not input_fields('attribute') | selectattr('name', 'equalto', 'gold_spend') | list %}
{% do flags.pop('is_gold_above_total') %}
{% endif %}
{% set is_orders = input_dialect().kind == 'orders' %}
{% set order_lines = ref('stg_orders__lines') %}
{% set customer_records = ref('stg_input__records') %}
{% set unreadable = [
    'too few fields', 'too many fields', 'broken quotes', 'unreadable characters',
    'a total',
] %}
{% set reasons = {
    'rejected': ['no key', 'duplicate key', 'nothing but a key']
        + unreadable + ['another row counts'],
} %}
{% if is_orders %}
{% set reasons = {
    'rejected': ['no key', 'no day of the order', 'no amount', 'duplicate line']
        + unreadable,
    'left out': ['another currency', 'test order', 'cancelled', 'after the day observed'],
} %}
{% endif %}

with

records as (

    select * from {{ order_lines if is_orders else customer_records }}

),

rejects as (

    select * from {{ ref('stg_input__rejects') }}

),

customers as (

    select * from {{ ref('customers_wide') }}

),

catalogue as (

    select * from {{ ref('int_feature_catalogue') }}

),

checks as (

    select
        'read' as outcome,
        'rows read' as check_name,
        (select count(*) from records) as rows_found,
        'rows of the input below its header' as reading

    union all

    select
        'accepted',
        'rows accepted',
        {% if is_orders %}
        (select count(*) from records where reject_reason is null),
        'order lines that count for a customer'
        {% else %}
        (select count(*) from customers),
        'customers that are in a segment'
        {% endif %}

    {% for outcome, own_reasons in reasons.items() %}
    {% for reason in own_reasons %}
    union all

    select
        '{{ outcome }}',
        '{{ reason }}',
        (select count(*) from rejects where reject_reason = '{{ reason }}'),
        'rows that do not count; stg_input__rejects has their files and lines'
    {% endfor %}
    {% endfor %}

    {% for field in input_dialect().fields
        if field.source_column
        and field.data_type != 'text'
        and (field.role == 'line' or not is_orders) %}
    union all

    select
        'unparsed',
        '{{ escape_single_quotes(staging_name(field)) }}',
        (
            select count(*) from records
            where contains(unparsed_fields, ',{{ escape_single_quotes(listed_name(field)) }},')
        ),
        'values that are not of the type of the field; they count as missing'
    {% endfor %}

    {# an order line below zero is a refund #}
    {% for field in counted_fields(input_dialect().fields) if not is_orders %}
    union all

    select
        'negative',
        '{{ escape_single_quotes(staging_name(field)) }}',
        (
            select count(*) from records
            where contains(negative_fields, ',{{ escape_single_quotes(listed_name(field)) }},')
        ),
        'values below zero of what cannot be; they count as missing'
    {% endfor %}

    {% for row in imputed %}
    union all

    select
        'imputed',
        '{{ row.feature }}',
        (select count(*) from customers where {{ adapter.quote(row.feature) }} is null),
        'values missing; the segment goes by what else is known'
    {% endfor %}

    {% for flag, reading in flags.items() %}
    union all

    select
        'flagged',
        '{{ flag }}',
        (select count(*) from customers where {{ flag }}),
        '{{ reading }}'
    {% endfor %}

)

select
    checks.outcome,
    checks.check_name,
    cast(checks.rows_found as bigint) as rows_found,
    {{ share_of('checks.rows_found', '(select count(*) from records)') }} as row_share,
    checks.reading

from checks

left join catalogue
    on checks.outcome = 'imputed'
    and checks.check_name = catalogue.feature

-- only features of the segmentation count; few files hold what cannot be negative
where
    (checks.outcome != 'imputed' or catalogue.is_segmentation)
    and (checks.outcome != 'negative' or checks.rows_found > 0)
