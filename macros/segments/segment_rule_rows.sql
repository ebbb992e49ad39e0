{#
  The rules that explain the current segments, read when a model or test is compiled
  for running, as [{'rule_number': 1, 'segment_key': 'S01', 'rule_sql': 'income >= …'}].
  Empty while dbt only parses. Tests read them from the mart, as anybody can.

  Example: {% for rule in segment_rule_rows() %} count_if({{ rule.rule_sql }}) {% endfor %}
#}
{% macro segment_rule_rows(model='ml_segment_rules') %}
    {% set relation = ref(model) %}
    {% if not execute or not load_relation(relation) %}
        {{ return([]) }}
    {% endif %}
    {% set rows = run_query(
        'select rule_number, segment_key, rule_sql from ' ~ relation
        ~ ' order by rule_number'
    ).rows %}
    {% set rules = [] %}
    {% for row in rows %}
        {% do rules.append({
            'rule_number': row[0], 'segment_key': row[1], 'rule_sql': row[2]
        }) %}
    {% endfor %}
    {{ return(rules) }}
{% endmacro %}

{#
  The number of the rule that describes a customer, 0 of none. They exclude each other, so
  that the order does not matter.

  describing_rule([{'rule_number': 1, 'rule_sql': 'income >= 5'}])
      -> case when income >= 5 then 1 else 0 end
#}
{% macro describing_rule(rules) -%}
    case
        when 1 = 0 then 0
        {%- for rule in rules %}
        when {{ rule.rule_sql }} then {{ rule.rule_number }}
        {%- endfor %}
        else 0
    end
{%- endmacro %}
