{#
  This project's models by name, also where it is a package of another project that has a
  model of the same name: dbt would take the host's (dbt-core#11351). dbt calls it in place
  of its own ref in the SQL and the hooks of this project. Python models say both names, as
  they look a relation up by the words of their call. Who means a model of another project
  calls builtins.ref.

  ref('customers') -> builtins.ref('segmentation', 'customers')
#}
{% macro ref() -%}
    {%- set is_short = varargs | length == 1 and model.language != 'python'
        and model.package_name == 'segmentation' -%}
    {%- set named = ['segmentation'] + varargs | list if is_short else varargs -%}
    {%- do return(builtins.ref(*named, **kwargs)) -%}
{%- endmacro %}
