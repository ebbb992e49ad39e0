{#
  SQL in DuckDB's quotes, as a fit has left it, in those of the engine; the same as
  segmentation.warehouse.spark does for Python models.

  engine_words('select "a" from t') -> select `a` from t, on Spark
#}
{% macro engine_words(text) %}
    {{ return(adapter.dispatch('engine_words', 'segmentation')(text)) }}
{% endmacro %}

{% macro duckdb__engine_words(text) %}
    {{ return(text) }}
{% endmacro %}

{% macro spark__engine_words(text) %}
    {% set parts = [] %}
    {% for part in modules.re.split('(\'(?:[^\']|\'\')*\'|"(?:[^"]|"")*")', text) %}
        {% if part.startswith('"') %}
            {% do parts.append('`' ~ part[1:-1].replace('""', '"').replace('`', '``') ~ '`') %}
        {% elif part.startswith("'") %}
            {% set said = part[1:-1].replace("''", "'").replace('\\', '\\\\').replace("'", "\\'") %}
            {% do parts.append("'" ~ said ~ "'") %}
        {% else %}
            {% do parts.append(part) %}
        {% endif %}
    {% endfor %}
    {{ return(parts | join('')) }}
{% endmacro %}
