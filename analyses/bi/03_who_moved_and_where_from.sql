-- Customers who came into their segment from another one, and why.
select valid_from, previous_segment_name, segment_name, reason, customer_id
from marts.segment_membership_history
where is_move
order by valid_from, previous_segment_name, segment_name, customer_id
