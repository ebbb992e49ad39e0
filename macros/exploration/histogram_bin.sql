{#
  Number of the bin a value falls into: 0 below the first edge, 1 … bins between the
  edges, bins + 1 above the last one. A bin holds its lower edge; where values are not
  whole numbers the last bin holds its upper edge too, so that a share of 1 is no
  outsider. The hair of width keeps 0.15 / 0.05 in the bin where people look for it.

  histogram_bin('value') with first_edge 0, bin_width 5, bins 2, whole numbers

  | value | -1 | 0 | 4 | 5 | 10 |
  | bin   |  0 | 1 | 1 | 2 |  3 |
#}
{% macro histogram_bin(value) -%}
    case
        when
            not edges.is_whole_number
            and {{ value }} >= edges.last_edge - 1e-9 * edges.bin_width
            and {{ value }} <= edges.last_edge + 1e-9 * edges.bin_width
            then edges.bins
        else
            cast(
                greatest(
                    0,
                    least(
                        edges.bins + 1,
                        1 + floor(
                            ({{ value }} - edges.first_edge) / edges.bin_width + 1e-9
                        )
                    )
                ) as integer
            )
    end
{%- endmacro %}
