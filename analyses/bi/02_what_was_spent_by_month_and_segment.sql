-- Spend of each month by the segment of the customers at the time; months add up.
select ordered_month, segment_name, spend, purchases, customers, new_customers
from marts.segment_spend_by_month
order by ordered_month, value_rank
