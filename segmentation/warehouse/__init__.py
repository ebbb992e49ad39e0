"""What every room needs of the warehouse: connections, kept tables, quoting, sampling."""
