{{ config(enabled=var('campaign')) }}

with

evaluated as (

    {{ exploded(
        ref('ml_campaign_response'),
        'evaluated',
        keep=['campaign'],
        fields=['customer_id', 'profile_fingerprint', 'has_responded', 'probability']
    ) }}

)

select * from evaluated
