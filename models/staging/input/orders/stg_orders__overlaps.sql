{% set line_columns = [
    'customer_id', 'order_id', 'line_id', 'ordered_on', 'category', 'channel', 'amount',
    'refunded', 'discount', 'discount_share', 'is_cancelled', 'is_returned', 'is_test',
] %}

with

records as (

    select * from {{ ref('stg_orders__records') }}

),

-- of one file nothing is counted
files as (

    select min(source_file) < max(source_file) as are_several from records

),

-- the second equal line of one file is another line, that of another file is the same
-- once more
placed_in_file as (

    select
        records.*,
        row_number() over (
            partition by {{ line_columns | join(', ') }}, source_file
            order by record_number
        ) as place_in_file

    from records

    cross join files

    where files.are_several

),

placed_among_files as (

    select
        record_number,
        row_number() over (
            partition by {{ line_columns | join(', ') }}, place_in_file
            order by record_number
        ) as place_among_files

    from placed_in_file

)

select record_number from placed_among_files where place_among_files > 1
