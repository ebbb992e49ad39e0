"""What every room needs: connections, kept tables, quoting, sampling."""
