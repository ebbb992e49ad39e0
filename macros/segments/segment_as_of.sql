{#
  Rows of a relation with the segment that each customer was in on the day of the row:
  a query, to be put in brackets or a CTE. The columns of the relation are kept;
  segment_key and segment_name are null after a customer left, and before they were first
  seen, unless before='first' gives the segment of that day, as nothing better is known:
  history begins with the first build, and most events of a shop lie before it.

  segment_as_of(ref('orders'), 'customer_id', 'ordered_on')

  | customer_id | ordered_on | segment_key | segment_name         |
  | c1          | 2014-03-05 | S02         | Comfortable Families |

  Arguments
  - relation: what has the events
  - customer_id, date: its columns; the date may be a timestamp
  - history: where memberships are; segment_membership_history unless told
  - before: first, or none
#}
{% macro segment_as_of(relation, customer_id, date, history=none, before=none) -%}
    {%- if before not in (none, 'first') -%}
        {{ exceptions.raise_compiler_error(
            "segment_as_of(before='" ~ before ~ "'): it has to be 'first', or left out."
        ) }}
    {%- endif -%}
    select
        events.*,
        memberships.segment_key,
        memberships.segment_name

    from {{ relation }} as events

    left join {{ history or ref('segmentation', 'segment_membership_history') }} as memberships
        on cast(events.{{ customer_id }} as {{ dbt.type_string() }}) = memberships.customer_id
        and cast(events.{{ date }} as date)
        >= memberships.{{ 'applies_from' if before == 'first' else 'valid_from' }}
        and (
            cast(events.{{ date }} as date) < memberships.valid_to
            or memberships.valid_to is null
        )
{%- endmacro %}
