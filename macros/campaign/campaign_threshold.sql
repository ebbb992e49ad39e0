{#
  The cut-off in use of the response model, a column of ml_campaign_response.

  campaign_threshold() -> break_even_threshold, or as the var campaign_threshold says
#}
{% macro campaign_threshold() -%}
    {%- set kind = var('campaign_threshold') -%}
    {%- if kind not in ('break_even', 'chosen') -%}
    {{ exceptions.raise_compiler_error(
        "campaign_threshold is '" ~ kind ~ "'; set it to break_even or chosen."
    ) }}
    {%- endif -%}
    {{ kind }}_threshold
{%- endmacro %}
