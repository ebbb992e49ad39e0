with

rejects as (

    select
        record_number,
        true as is_rejected

    from {{ ref('stg_input__rejects') }}

),

-- few are rejected: an anti join would have the engine expect one record in five, and
-- put the wide side of later joins into memory
accepted as (

    select records.*

    from {{ ref('stg_input__records') }} as records

    left join rejects
        on records.record_number = rejects.record_number

    where not coalesce(rejects.is_rejected, false)

)

select * from accepted
