{#
  Keys in marts that segments, or customers, does not have, or has under another name: a
  query. The rows of a mart that are of no segment say so by words ("all", "new", "left").
  All marts are looked up together, as a look-up each had the keys of all customers in
  memory as many times.

  unknown_keys({'campaign_plan': ['segment_key']})
      -> select mart, key_column, named_key as unknown_key from (…) where …
#}
{% macro unknown_keys(columns_of) -%}
    {%- set arms = {'customers': [], 'segments': []} -%}
    {%- for mart, columns in columns_of.items() -%}
    {%- set there = graph.nodes['model.segmentation.' ~ mart].columns if execute else [] -%}
    {%- for column in columns -%}
    {%- set name = column | replace('segment_key', 'segment_name') -%}
    {%- set known = 'customers' if column == 'customer_id' else 'segments' -%}
    {%- set is_named = name != column and name in there -%}
    {%- do arms[known].append(_named_keys(ref(mart), mart, column, name if is_named)) -%}
    {%- endfor -%}
    {%- endfor -%}
    {%- for known, key in [('customers', 'customer_id'), ('segments', 'segment_key')]
        if arms[known] -%}
    {{ 'union all' if not loop.first }}

    select
        named.mart,
        named.key_column,
        named.named_key as unknown_key

    from (
        {{ arms[known] | join('\nunion all\n') }}
    ) as named

    left join {{ ref(known) }} as known
        on named.named_key = known.{{ key }}

    where
        (
            known.{{ key }} is null
            and named.named_key not in ('all', 'new', 'left')
        )
        or (
            known.{{ key }} is not null
            and named.is_named
            and named.named_name is distinct from known.segment_name
        )
    {% endfor -%}
{%- endmacro %}

{% macro _named_keys(relation, mart, column, name) %}
        select
            '{{ mart }}' as mart,
            '{{ column }}' as key_column,
            {{ column }} as named_key,
            {{ name or "cast(null as " ~ dbt.type_string() ~ ")" }} as named_name,
            {{ 'true' if name else 'false' }} as is_named

        from {{ relation }}
{% endmacro %}
