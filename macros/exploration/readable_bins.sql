{#
  Bins of a histogram that people can read, for each row of a relation with the quantiles
  p1 and p99 and is_whole_number: about twenty for the middle 98 % of the values, in steps
  of 1, 2, 2.5 and 5, whole where the values are. histogram_bin finds the bin of a value.

  readable_bins('summaries') -> every column, bin_width, first_edge, bins, last_edge
#}
{% macro readable_bins(summaries) -%}
    select
        *,
        first_edge + bins * bin_width as last_edge

    from (
        select
            *,
            cast(
                greatest(
                    1,
                    case
                        when is_whole_number
                            then floor((p99 - first_edge) / bin_width + 1e-9) + 1
                        else ceil((p99 - first_edge) / bin_width - 1e-9)
                    end
                ) as integer
            ) as bins

        from (
            select
                *,
                bin_width * floor(p1 / bin_width + 1e-9) as first_edge

            from ({{ readable_widths(summaries) }}) as widths
        ) as first_edges
    ) as bin_counts
{%- endmacro %}

{# The width of each bin: readable_widths('summaries') -> every column, bin_width #}
{% macro readable_widths(summaries) -%}
    select
        *,
        magnitude * case
            when raw_width / magnitude < 1.5 then 1
            when raw_width / magnitude < 2.25 then 2
            when raw_width / magnitude < 3.5
                then case when is_whole_number and magnitude < 10 then 2 else 2.5 end
            when raw_width / magnitude < 7.5 then 5
            else 10
        end as bin_width

    from (
        select
            *,
            case
                when is_whole_number then greatest(1, power(10, floor(log10(raw_width))))
                else power(10, floor(log10(raw_width)))
            end as magnitude

        from (
            select
                *,
                coalesce(
                    nullif((p99 - p1) / 20, 0), nullif(abs(p99) / 20, 0), 1
                ) as raw_width

            from {{ summaries }}
        ) as raw_widths
    ) as magnitudes
{%- endmacro %}

{#
  Every bin between the first and the last that hold somebody, empty ones too; the open
  ones at both ends have one edge. `edges` is a relation of that name, of readable_bins.

  bins_in_order() -> every column of edges, bin_order, bin_from, bin_to
#}
{% macro bins_in_order() -%}
    select
        edges.*,
        numbers.bin_order,
        case
            when numbers.bin_order > 0
                then round(edges.first_edge + (numbers.bin_order - 1) * edges.bin_width, 9)
        end as bin_from,
        case
            when numbers.bin_order <= edges.bins
                then round(edges.first_edge + numbers.bin_order * edges.bin_width, 9)
        end as bin_to

    from edges

    inner join (
        {% for number in range(42) %}
        select {{ number }} as bin_order
        {{- ' union all' if not loop.last }}
        {% endfor %}
    ) as numbers
        on numbers.bin_order between
        least(1, {{ histogram_bin('edges.minimum') }})
        and greatest(edges.bins, {{ histogram_bin('edges.maximum') }})
{%- endmacro %}
