-- Customers by age group and value level, for any filter.
select segment_name, age_group, value_level, count(*) as customers
from marts.customers
group by segment_name, age_group, age_group_order, value_level, value_level_order
order by segment_name, age_group_order, value_level_order
