{{ co_purchases('channel', 'channel') }}
