-- Orders by channel, and the segment of their customer on the day of the order.
select segment_name_then, channel, count(*) as purchases, sum(spend) as spend
from marts.customer_orders
where is_purchase
group by segment_name_then, channel
order by segment_name_then, channel
