{#
  This project's models by name, also where it is a package of another project that has a
  model of the same name: dbt would take the host's (dbt-core#11351). dbt calls it in place
  of its own ref in the SQL and the hooks of this project. Python models say both names, as
  they look a relation up by the words of their call. Who means a model of another project
  calls builtins.ref.

  dbt build --empty takes the rows of every relation away; here it takes those of the input
  alone (without_rows), as macros read what columns there are in tables of ours.

  ref('customers') -> builtins.ref('segmentation', 'customers')
#}
{% macro ref() -%}
    {%- set is_short = varargs | length == 1 and model.language != 'python'
        and model.package_name == 'segmentation' -%}
    {%- set named = ['segmentation'] + varargs | list if is_short else varargs -%}
    {%- set relation = builtins.ref(*named, **kwargs) -%}
    {%- if is_short and is_empty_build() -%}
        {%- set relation = relation.replace(limit=none) -%}
    {%- endif -%}
    {%- do return(relation) -%}
{%- endmacro %}

{#
  What the input is read from, without its rows where dbt builds no rows (--empty).

  without_rows("read_csv('shop.csv')") -> (select * from read_csv('shop.csv') limit 0)
#}
{% macro without_rows(relation_sql) -%}
    {{ return(
        '(select * from ' ~ relation_sql ~ ' limit 0)' if is_empty_build() and relation_sql
        else relation_sql
    ) }}
{%- endmacro %}

{# Whether dbt builds tables without rows (--empty). is_empty_build() -> false #}
{% macro is_empty_build() %}
    {{ return((flags.EMPTY | default(false, true)) if flags is defined else false) }}
{% endmacro %}
