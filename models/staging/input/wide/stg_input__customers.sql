with

rejects as (

    select record_number from {{ ref('stg_input__rejects') }}

),

accepted as (

    select records.*

    from {{ ref('stg_input__records') }} as records

    left join rejects
        on records.record_number = rejects.record_number

    where rejects.record_number is null

)

select * from accepted
