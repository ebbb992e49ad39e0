{% macro print_segments() %}{% endmacro %}
