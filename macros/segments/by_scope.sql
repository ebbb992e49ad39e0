{#
  Figures of customers for each segment, and once more for all customers; who is in no
  segment counts among all alone. `keys` are what the figures are told apart by beside it.

  by_scope('ranked', ['segment_name', 'decile'], {'contacts': 'count(*)'})
      -> segment_key, segment_name, decile, contacts; of all with 'all', 'All customers'
#}
{% macro by_scope(relation, keys, figures) -%}
    {%- for scope in ['segment', 'all customers'] %}
    {%- set is_all = scope == 'all customers' %}
    {%- set words = {'segment_key': "'all'", 'segment_name': "'All customers'"} if is_all else {} %}
    {%- set groups = ['segment_key'] + keys | list %}
    select
        '{{ scope }}' as scope,
        {% for key in groups %}
        {{ words[key] ~ ' as ' if key in words }}{{ key }},
        {% endfor %}
        {% for name, figure in figures.items() %}
        {{ figure }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}

    from {{ relation }}

    {% if not is_all %}
    where segment_key is not null

    {% endif %}
    {% if groups | reject('in', words) | list %}
    group by {{ groups | reject('in', words) | join(', ') }}
    {% else %}
    having count(*) > 0
    {% endif %}
    {{ 'union all' if not is_all }}
    {%- endfor %}
{%- endmacro %}

{#
  The segments and all customers: segments_and_all() -> scope, segment_key, segment_name
#}
{% macro segments_and_all() -%}
    select
        'segment' as scope,
        segment_key,
        segment_name

    from {{ ref('int_current_segments') }}

    union all

    select
        'all customers' as scope,
        'all' as segment_key,
        'All customers' as segment_name
{%- endmacro %}

{#
  Whose customers are of which scope: members_of_scopes()
      -> scope, segment_key, segment_name, member_key; 'all' has the key of every segment
#}
{% macro members_of_scopes() -%}
    select
        'segment' as scope,
        segment_key,
        segment_name,
        segment_key as member_key

    from {{ ref('int_current_segments') }}

    union all

    select
        'all customers' as scope,
        'all' as segment_key,
        'All customers' as segment_name,
        segment_key as member_key

    from {{ ref('int_current_segments') }}
{%- endmacro %}
