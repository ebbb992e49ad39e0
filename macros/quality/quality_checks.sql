{#
  What is looked for in the rows of an input, in the order of the mart: which rows of the
  relation `of` (records, rejects, customers) are counted, and how the count reads.

  quality_checks() -> [{'of': 'records', 'outcome': 'read', 'check_name': 'rows read',
      'where': 'true', 'reading': 'rows of the input below its header'}, …]
#}
{% macro quality_checks() %}
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
    {% if not has_field('attribute', 'gold_spend') %}
    {% do flags.pop('is_gold_above_total') %}
    {% endif %}
    {% set is_orders = input_dialect().kind == 'orders' %}
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
        'rejected': [
            'no key', 'no day of the order', 'no amount', 'duplicate line',
            'also in an earlier file',
        ] + unreadable,
        'left out': [
            'another currency', 'money the other way', 'test order', 'cancelled',
            'after the day observed',
        ],
    } %}
    {% endif %}

    {# each check counts rows of one relation: [{'of': 'records', 'where': …}, …] #}
    {% set checks = [
        {
            'of': 'records', 'outcome': 'read', 'check_name': 'rows read', 'where': 'true',
            'reading': 'rows of the input below its header',
        },
        {
            'of': 'records', 'outcome': 'accepted', 'check_name': 'rows accepted',
            'where': 'reject_reason is null',
            'reading': 'order lines that count for a customer',
        } if is_orders else {
            'of': 'customers', 'outcome': 'accepted', 'check_name': 'rows accepted',
            'where': 'true', 'reading': 'customers that are in a segment',
        },
    ] %}
    {% for outcome, own_reasons in reasons.items() %}
    {% for reason in own_reasons %}
    {% do checks.append({
        'of': 'rejects', 'outcome': outcome, 'check_name': reason,
        'where': "reject_reason = '" ~ reason ~ "'",
        'reading': 'rows that do not count; stg_input__rejects has their files and lines',
    }) %}
    {% endfor %}
    {% endfor %}
    {% for field in input_dialect().fields
        if field.source_column
        and field.data_type != 'text'
        and (field.role == 'line' or not is_orders) %}
    {% do checks.append({
        'of': 'records', 'outcome': 'unparsed', 'check_name': staging_name(field),
        'where': "contains(unparsed_fields, '," ~ escape_single_quotes(listed_name(field)) ~ ",')",
        'reading': 'values that are not of the type of the field; they count as missing',
    }) %}
    {% endfor %}
    {# an order line below zero is a refund #}
    {% for field in counted_fields(input_dialect().fields) if not is_orders %}
    {% do checks.append({
        'of': 'records', 'outcome': 'negative', 'check_name': staging_name(field),
        'where': "contains(negative_fields, '," ~ escape_single_quotes(listed_name(field)) ~ ",')",
        'reading': 'values below zero of what cannot be; they count as missing',
    }) %}
    {% endfor %}
    {% for row in imputed %}
    {% do checks.append({
        'of': 'customers', 'outcome': 'imputed', 'check_name': row.feature,
        'where': adapter.quote(row.feature) ~ ' is null',
        'reading': 'values missing; the segment goes by what else is known',
    }) %}
    {% endfor %}
    {% for flag, reading in flags.items() %}
    {% do checks.append({
        'of': 'customers', 'outcome': 'flagged', 'check_name': flag, 'where': flag,
        'reading': reading,
    }) %}
    {% endfor %}
    {{ return(checks) }}
{% endmacro %}
