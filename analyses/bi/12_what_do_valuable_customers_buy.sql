-- Spend by category and value level.
select customers.value_level, bought.category, sum(bought.spend) as spend
from marts.customer_category_spend as bought
inner join marts.customers on bought.customer_id = customers.customer_id
group by customers.value_level, bought.category, customers.value_level_order
order by customers.value_level_order, spend desc
