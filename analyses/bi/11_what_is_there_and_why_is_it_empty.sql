-- Everything in the file; where it is empty, the reason.
select relation, rows_found, grain, key_columns, why_empty
from marts.published_relations
order by relation
