-- The list of the next campaign; the planned profit of those held out is 0.
select contact_rank, customer_id, segment_name, channel, offer, planned_profit
from marts.campaign_targets
where not is_holdout
order by contact_rank
