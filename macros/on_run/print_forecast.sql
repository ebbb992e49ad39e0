{#
  The end of a build, for people: how wrong the forecast of spend was on past periods, and
  what the list of those likely to stop is worth. Two lines; none without times.

  print_forecast(results) is one of the project's on-run-end hooks.
#}
{% macro print_forecast(results) %}
    {% set accuracy = ref('forecast_accuracy') if var('value') %}
    {% set is_built = _succeeded(results, 'forecast_accuracy') %}
    {% if execute and flags.WHICH in ('build', 'run') and is_built %}
        {% for row in run_query(
            'select distinct target, sentence from ' ~ accuracy
            ~ " where target in ('spend', 'at risk') order by target desc"
        ).rows %}
            {{ print(row[1] if row[0] == 'at risk' else 'Forecast of spend: ' ~ row[1]) }}
        {% endfor %}
    {% endif %}
{% endmacro %}
