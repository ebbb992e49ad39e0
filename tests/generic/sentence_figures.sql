{#
  The numbers in a sentence are those of the row it stands in, in their order. `figures`
  are expressions over the row; they are written as sentences write them, with no
  decimals unless the entry says how many; nulls are not expected in the sentence. The
  name of something may hold digits of its own, which are expected where it stands.

  figures: [{name: category}, 100 * spend_share, {figure: lift, decimals: 1}]
#}
{% test sentence_figures(model, column_name, figures) %}

with

compared as (

    select
        {{ column_name }} as sentence,
        {{ numbers_in(column_name) }} as said,
        {{ numbers_in(figures_text(figures)) }} as known

    from {{ model }}

    where {{ column_name }} is not null

)

select *

from compared

where said is distinct from known

{% endtest %}
