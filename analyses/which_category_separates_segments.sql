{{ config(enabled=project_name == 'segmentation') }}
-- Which spend category separates the segments most?
--
-- Read index_range: the distance between the segment that gives the category the largest
-- share of its money and the one that gives it the smallest, 100 being everybody's share.
-- A small category can have a wide range; population_share says how much money is behind
-- it. A category with a range below 20 is no reason to talk to segments differently.

with

mix as (

    select * from {{ ref('segment_category_mix') }}

    where share_index is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by category order by share_index desc, segment_key
        ) as from_highest,
        row_number() over (
            partition by category order by share_index, segment_key
        ) as from_lowest

    from mix

)

select
    category,
    max(population_share) as population_share,
    max(share_index) - min(share_index) as index_range,
    max(case when from_highest = 1 then segment_name end) as highest_segment,
    max(share_index) as highest_index,
    max(case when from_lowest = 1 then segment_name end) as lowest_segment,
    min(share_index) as lowest_index

from ranked

group by category

order by index_range desc, category
