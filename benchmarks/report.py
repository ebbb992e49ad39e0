def write_report(results, project): pass
