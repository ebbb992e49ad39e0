{#
  Whether the input has a field of a role. has_field('attribute', 'may_contact') -> true
#}
{% macro has_field(role, name) %}
    {{ return(input_fields(role) | selectattr('name', 'equalto', name) | list | length > 0) }}
{% endmacro %}
