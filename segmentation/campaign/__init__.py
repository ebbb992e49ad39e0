"""The response model of a campaign, its evaluation in money and its scores."""
