{#
  What is true of a model, in one node: a row for each claim that does not hold, with the
  number of rows (or of repeated keys) that break it. All claims about single rows are
  counted in one pass. What cannot be told, because a value is null, breaks no claim.

  unique: columns, or lists of columns, that no two rows share
  never_null: columns
  values: {status: [current, retired]}
  ranges: {share: [0, 1]}, the bounds included
  holds: {buyers are no more than visitors: buyers <= visitors}
  sentences: {reason: [{name: category}, 100 * spend_share, {figure: lift, decimals: 1}]},
    the numbers that stand in a sentence, in their order, written as sentences write them
#}
{% test invariants(
    model, unique=[], never_null=[], values={}, ranges={}, holds={}, sentences={}
) %}

{%- set claims = row_claims(never_null, values, ranges, holds, sentences) %}

with

counted as (

    select
{%- for condition in claims.values() %}
        count(case when not ({{ condition }}) then 1 end) as broken_{{ loop.index }},
        {%- endfor %}
        count(*) as row_count

    from {{ model }}

)
{% for words in claims %}
select '{{ escape_single_quotes(words) }}' as claim, broken_{{ loop.index }} as broken_rows
from counted where broken_{{ loop.index }} > 0
{{ 'union all' if not loop.last or unique }}
{%- endfor %}
{%- for key in unique %}
{%- set columns = [key] if key is string else key %}
select '{{ columns | join(", ") }} is unique', count(*)
from (
    select 1 as repeated from {{ model }}
    {%- if key is string %} where {{ key }} is not null {%- endif %}
    group by {{ columns | join(', ') }} having count(*) > 1
) as repeated_keys having count(*) > 0
{{ 'union all' if not loop.last }}
{%- endfor %}

{% endtest %}
