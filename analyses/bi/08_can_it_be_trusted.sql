-- What speaks against trust first, a row a topic.
select topic, verdict, figure_name, figure, figure_limit, sentence
from marts.trust_summary
order by verdict_order desc, topic_order
