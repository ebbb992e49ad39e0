"""A small warehouse, made by hand, with names that somebody means harm with."""

from pathlib import Path

import duckdb
import pytest

NAMES = (
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://example.invalid")</script><script>alert(2)</script>',
    "../../a/b\\c 'quoted' \"twice\" " + "x" * 500,
)
CUSTOMERS = 300

_MARTS = f"""
create schema marts;
create table marts.customers as
select
    'C-' || lpad(cast(number as varchar), 6, '0') as customer_id,
    'S0' || (1 + number % 3) as segment_key,
    date '2024-06-30' as observed_on,
    20 + number % 60 // 10 * 10 || ' to ' || 29 + number % 60 // 10 * 10 as age_group,
    cast(number % 60 // 10 as integer) as age_group_order,
    ['Basic', 'Graduate', 'PhD'][1 + number % 7 % 3] as education,
    cast(number % 7 % 3 as integer) as education_rank,
    ['Single', 'Couple'][1 + number % 2] as household_type,
    ['web', 'store'][1 + number % 5 % 2] as preferred_channel,
    cast(case when number % 10 > 0 then 1000 * (number % 30) end as decimal(18, 2))
        as income,
    cast(100 * (1 + number % 3) + number % 5 as decimal(18, 2)) as total_spend,
    number % 9 = 0 as target_accepted
from generate_series(1, {CUSTOMERS}) as numbers (number);
create table marts.segments (
    segment_key varchar primary key,
    segment_name varchar not null,
    description varchar,
    name_note varchar,
    spend_note varchar,
    status varchar,
    customers bigint,
    customer_share double,
    spend_share double,
    value_rank integer,
    colour varchar
);
insert into marts.segments
select
    segment_key, segment_key, 'Customers who are there.', null, null, 'current',
    count(*), count(*) / {CUSTOMERS}, sum(total_spend) / sum(sum(total_spend)) over (),
    row_number() over (order by segment_key),
    ['#0072B2', '#E69F00', '#009E73'][row_number() over (order by segment_key)]
from marts.customers group by segment_key;
comment on table marts.segments is 'One row per segment; it''s tested.';
comment on column marts.segments.segment_name is 'Name for people.';
create table marts.customer_segments as
select
    customer_id, segment_key, segment_key as segment_name, 1 as model_version,
    observed_on, 0.5 as margin, 'S01' as second_segment_name, false as is_outlier,
    false as is_override
from marts.customers;
create table marts.segment_model_versions as
select
    1 as model_version, true as is_current, 'tiny' as input_name,
    date '2024-06-30' as observed_on, 3 as k, 'Weakly separated.' as verdict,
    'It was asked for.' as k_reason;
create table marts.customer_category_spend as
select customer_id, 'wine' as category, 1 as category_order,
    cast(60 * (total_spend // 100) as decimal(18, 2)) as spend
from marts.customers
union all
select customer_id, 'meat', 2, total_spend - 60 * (total_spend // 100)
from marts.customers;
create table marts.customer_channel_purchases as
select customer_id, 'web' as channel, 1 as channel_order, 3 as purchases
from marts.customers
union all
select customer_id, 'store', 2, cast(total_spend // 100 as integer)
from marts.customers;
create table marts.customer_embedding as
select
    customer_id, segment_key, hash(customer_id) % 100 / 10.0 as pca_1,
    hash(segment_key || customer_id) % 100 / 10.0 as pca_2,
    0.6 as pca_1_explained_variance_share, 0.2 as pca_2_explained_variance_share,
    cast(null as double) as tsne_1, cast(null as double) as tsne_2
from marts.customers;
create table marts.segment_feature_profiles as
with measured as (
    select segment_key, unnest(['income', 'total_spend']) as feature,
        unnest([cast(income as double), cast(total_spend as double)]) as figure
    from marts.customers
),
population as (
    select feature, avg(figure) as population_mean, stddev_pop(figure) as deviation
    from measured group by feature
)
select
    segment_key, feature, upper(feature) as feature_label, 'money' as unit,
    avg(figure) as mean, any_value(population_mean) as population_mean,
    100 * avg(figure) / any_value(population_mean) as mean_index,
    (avg(figure) - any_value(population_mean)) / any_value(deviation) as z_score,
    1.0 as effect_size,
    row_number() over (partition by segment_key order by feature)
        as differentiator_rank,
    'About ' || feature || '.' as reading
from measured inner join population using (feature)
group by segment_key, feature;
create table marts.segment_claims as
select
    segment_key, feature, feature_label || ' 3 (2)' as clause, 1.0 as difference,
    'nowhere' as said_in
from marts.segment_feature_profiles;
create table marts.campaign_targets as
select customer_id, segment_key, segment_key as segment_name,
    row_number() over (order by customer_id) as contact_rank, -1.5 as expected_profit,
    '@SUM(1)' as offer, contact_rank % 7 = 1 as is_holdout
from marts.customers limit 20;
"""


@pytest.fixture
def tiny_warehouse(tmp_path) -> Path:
    """Return a warehouse of three segments whose names are code."""
    file = tmp_path / "tiny.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute(_MARTS)
        for number, name in enumerate(NAMES, 1):
            for mart in ("segments", "customer_segments", "campaign_targets"):
                connection.execute(
                    f"update marts.{mart} set segment_name = ? where segment_key = ?",
                    [name, f"S0{number}"],
                )
    return file


@pytest.fixture
def hostile_names() -> tuple[str, ...]:
    """Return the names of the segments in the tiny warehouse."""
    return NAMES
