"""What customers are worth and who stops buying: models, forecasts, their proof."""
