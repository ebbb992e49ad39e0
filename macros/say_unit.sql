{#
  What a row is called, in the sentences of a mart: "accounts" in place of "customers",
  where the definition of the input says unit: account. Names of tables and columns, such
  as customer_value, stay.

  say_unit() is a post-hook of the marts; nothing is done where a row is a customer.
#}
{% macro say_unit() %}
    {% if execute and model.config.materialized in ('table', 'incremental') %}
        {% set said = [
            'description', 'reading', 'sentence', 'clause', 'verdict', 'reason', 'k_reason',
            'target_reason', 'objective_reason', 'channel_reason', 'offer_reason',
            'category_reason', 'retention_reason', 'model_reason',
        ] %}
        {% set columns = model.columns.keys() | select('in', said) | list %}
        {% set unit = unit_word() if columns else 'customer' %}
        {% if unit != 'customer' %}
            {{ adapter.dispatch('say_unit_in', 'segmentation')(this, columns, unit) }}
        {% endif %}
    {% endif %}
{% endmacro %}

{# What the definition of the current input calls a row. unit_word() -> customer #}
{% macro unit_word() %}
    {% set node = graph.nodes['model.segmentation.input_dialect'] %}
    {% set relation = adapter.get_relation(node.database, node.schema, node.alias) %}
    {{ return(run_query('select unit from ' ~ relation).rows[0][0] if relation else 'customer') }}
{% endmacro %}

{# More than one of them. units_word('account') -> accounts; policy -> policies #}
{% macro units_word(unit) %}
    {% if unit == 'person' %}
        {{ return('people') }}
    {% elif unit.endswith('y') and unit[-2:-1] not in 'aeiou' %}
        {{ return(unit[:-1] ~ 'ies') }}
    {% elif unit.endswith(('s', 'x', 'ch', 'sh')) %}
        {{ return(unit ~ 'es') }}
    {% endif %}
    {{ return(unit ~ 's') }}
{% endmacro %}

{% macro duckdb__say_unit_in(relation, columns, unit) %}
    {% set many = units_word(unit) %}
    {% set words = {
        'a customer': ('an ' if unit[:1] in 'aeiou' else 'a ') ~ unit,
        'customers': many, 'Customers': many[:1] | upper ~ many[1:],
        'customer': unit, 'Customer': unit[:1] | upper ~ unit[1:],
    } %}
    update {{ relation }} set
    {% for column in columns %}
        {% set text = namespace(sql=column) %}
        {% for word, said in words.items() %}
        {% set text.sql = 'regexp_replace(' ~ text.sql ~ ", '\\b" ~ word ~ "\\b', '"
            ~ escape_single_quotes(said) ~ "', 'g')" %}
        {% endfor %}
        {{ column }} = {{ text.sql }}{{ ',' if not loop.last }}
    {% endfor %}
{% endmacro %}

{# Parquet on Spark cannot be updated in place: sentences say customer there. #}
{% macro spark__say_unit_in(relation, columns, unit) %}
    select 1
{% endmacro %}
