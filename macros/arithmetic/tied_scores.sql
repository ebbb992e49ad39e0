{#
  A score from 1 to 5 for every distinct value of a column: fifths of the rows, in which
  equal values have equal scores and no score is left out.

  A value starts in the fifth that the share of rows below it points to. As many rows of
  one value can jump over a fifth, the score then rises by 1 at most from one value to
  the next, and there are always values left for the scores up to 5. With four distinct
  values or fewer, scores are spread from 1 to 5; a single value has 3.

  tied_scores('customers', 'purchases', 'asc')     -> value, score; most purchases are 5
  tied_scores('customers', 'recency_days', 'desc') -> value, score; the least days are 5
#}
{% macro tied_scores(relation, column, direction) %}
    select
        value,
        cast(
            case
                when distinct_values = 1 then 3
                when distinct_values < 5
                    then 1 + round(4.0e0 * (place - 1) / (distinct_values - 1))
                else greatest(
                    place + min(fifth - place) over (
                        order by place
                        rows between unbounded preceding and current row
                    ),
                    5 - (distinct_values - place)
                )
            end as integer
        ) as score

    from (
        select
            value,
            place,
            distinct_values,
            least(
                1 + floor(5.0e0 * rows_below / nullif(all_rows - 1, 0)), 5
            ) as fifth

        from (
            select
                value,
                row_number() over (order by value {{ direction }}) as place,
                count(*) over () as distinct_values,
                sum(value_rows) over () as all_rows,
                sum(value_rows) over (
                    order by value {{ direction }}
                    rows between unbounded preceding and current row
                ) - value_rows as rows_below

            from (
                select
                    {{ column }} as value,
                    count(*) as value_rows

                from {{ relation }}

                where {{ column }} is not null

                group by {{ column }}
            ) as valued
        ) as ranked
    ) as divided
{% endmacro %}
