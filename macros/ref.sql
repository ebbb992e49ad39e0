{#
  This project's models by name, also where it is a package of another project that has a
  model of the same name: dbt would take the host's (dbt-core#11351). dbt calls it in place
  of its own ref in whatever belongs to this project, Python models and tests included.
  Who means a model of another project calls builtins.ref.

  ref('customers') -> builtins.ref('segmentation', 'customers')
#}
{% macro ref() -%}
    {%- set named = ['segmentation'] + varargs | list if varargs | length == 1 else varargs -%}
    {%- do return(builtins.ref(*named, **kwargs)) -%}
{%- endmacro %}
