{#
  Keys in marts that segments, or customers, does not have, or has under another name: a
  query. The rows of a mart that are of no segment say so by words ("all", "new", "left").

  unknown_keys({'campaign_plan': ['segment_key']})
      -> select 'campaign_plan' as mart, 'segment_key' as key_column, … where …
#}
{% macro unknown_keys(columns_of) -%}
    {%- for mart, columns in columns_of.items() -%}
    {%- set is_last = loop.last -%}
    {%- set there = graph.nodes['model.segmentation.' ~ mart].columns if execute else [] -%}
    {%- for column in columns -%}
    {%- set known = 'customers' if column == 'customer_id' else 'segments' -%}
    {%- set key = 'customer_id' if column == 'customer_id' else 'segment_key' -%}
    {%- set name = column | replace('segment_key', 'segment_name') -%}
    select
        '{{ mart }}' as mart,
        '{{ column }}' as key_column,
        named.{{ column }} as unknown_key

    from {{ ref(mart) }} as named

    left join {{ ref(known) }} as known
        on named.{{ column }} = known.{{ key }}

    where
        (
            known.{{ key }} is null
            and named.{{ column }} not in ('all', 'new', 'left')
        )
        {%- if name != column and name in there %}
        or (
            known.{{ key }} is not null
            and named.{{ name }} is distinct from known.segment_name
        )
        {%- endif %}

    {% if not (is_last and loop.last) %}
    union all

    {% endif %}
    {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
