{#
  The end of a build, for people: whom to contact and what it should earn, or why there
  is no response model. One line.

  print_campaign(results) is one of the project's on-run-end hooks.
#}
{% macro print_campaign(results) %}
    {% if var('campaign') %}
        {% set skipped = ref('int_campaign_skipped') %}
        {% set summary = ref('campaign_summary') %}
    {% endif %}
    {% if execute and flags.WHICH in ('build', 'run') and _succeeded(results, 'campaign_summary') %}
        {% for row in run_query(
            'select skip_reason from ' ~ skipped
            ~ ' union all select sentence from ' ~ summary
        ).rows %}
            {% if loop.first %}{{ print(row[0]) }}{% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
