-- every contact was made: the file holds a yes or a no for each customer and campaign
{{ unpivot_input('campaign', 'campaign', 'has_accepted', 'boolean', with_target=true) }}
