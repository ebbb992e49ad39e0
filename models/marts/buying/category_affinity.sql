{{ config(enabled=var('offers')) }}
{{ co_purchases('spend', 'category') }}
