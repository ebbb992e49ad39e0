{{ config(enabled=var('offers')) }}
{{ co_purchases('channel', 'channel') }}
