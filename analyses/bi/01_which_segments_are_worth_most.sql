-- The current segments, the most valuable first.
select segment_name, customers, customer_share, total_spend, spend_share
from marts.segments
where status = 'current'
order by value_rank
