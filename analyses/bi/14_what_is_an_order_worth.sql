-- Two means that differ: each purchase counting once, and each customer counting once.
select segment_name, spend_per_purchase, mean_average_order_value
from marts.segment_profiles
order by value_rank
