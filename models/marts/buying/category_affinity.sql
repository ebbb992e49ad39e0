{{ co_purchases('spend', 'category') }}
