{#
  How a model is kept that is cheap to compute and wide to write: a view, where the
  engine computes no more of it than its reader asks for. Spark would compute all of it
  again for every reader, so there it is a table.

  config(materialized=computed_when_read()) -> config(materialized='view')
#}
{% macro computed_when_read() %}
    {{ return(adapter.dispatch('computed_when_read', 'segmentation')()) }}
{% endmacro %}

{% macro duckdb__computed_when_read() %}
    {{ return('view') }}
{% endmacro %}

{% macro spark__computed_when_read() %}
    {{ return('table') }}
{% endmacro %}
