{#
  Claims about rows: what a person calls each, and the condition that SQL checks.

  row_claims([], {}, {'share': [0, 1]}, {}, {})
    -> {'share lies between 0 and 1': 'share between 0 and 1'}
#}
{% macro row_claims(never_null, values, ranges, holds, sentences) %}
    {% set claims = {} %}
    {% for column in never_null %}
        {% do claims.update({column ~ ' is never null': column ~ ' is not null'}) %}
    {% endfor %}
    {% for column, known in values.items() %}
        {% set listed = [] %}
        {% for value in known %}
            {% do listed.append(
                "'" ~ escape_single_quotes(value) ~ "'" if value is string else value
            ) %}
        {% endfor %}
        {% do claims.update({
            column ~ ' is one of ' ~ known | join(', '):
            column ~ ' in (' ~ listed | join(', ') ~ ')'
        }) %}
    {% endfor %}
    {% for column, bounds in ranges.items() %}
        {% do claims.update({
            column ~ ' lies between ' ~ bounds | join(' and '):
            column ~ ' between ' ~ bounds | join(' and ')
        }) %}
    {% endfor %}
    {% do claims.update(holds) %}
    {% for column, figures in sentences.items() %}
        {% do claims.update({
            column ~ ' has the figures of its row':
            column ~ ' is null or ' ~ numbers_in(column)
            ~ ' is not distinct from ' ~ numbers_in(figures_text(figures))
        }) %}
    {% endfor %}
    {{ return(claims) }}
{% endmacro %}
