{#
  The probability of a response by the logistic model that the last fit has left, an
  expression over a row of int_customers_campaign_features; null where there is none.

  response_score() -> least(greatest(1 / (1 + exp(-(…))), 1e-06), 0.999999)
#}
{% macro response_score() -%}
    {%- set query, nothing = ref('ml_response_query'), 'cast(null as double)' -%}
    {%- if not execute or not load_relation(query) -%}
        {{ return(nothing) }}
    {%- endif -%}
    {%- set found = run_query('select score_sql from ' ~ query).rows | first -%}
    {{ return(engine_words(found[0]) if found else nothing) }}
{%- endmacro %}
