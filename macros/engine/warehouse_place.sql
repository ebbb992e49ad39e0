{#
  Where the tables of a build are, for the sentence that ends it.

  warehouse_place() -> The warehouse is warehouse/sample.duckdb; the segments are in its
                       schema marts.
#}
{% macro warehouse_place() -%}
    {{ return(adapter.dispatch('warehouse_place', 'segmentation')()) }}
{%- endmacro %}

{% macro duckdb__warehouse_place() -%}
    {{ return(
        'The warehouse is ' ~ target.path ~ '; the segments are in its schema '
        ~ graph.nodes['model.segmentation.segments'].schema ~ '.'
    ) }}
{%- endmacro %}

{% macro spark__warehouse_place() -%}
    {{ return('The segments are in the schema ' ~ target.schema ~ '_marts of the catalogue.') }}
{%- endmacro %}
