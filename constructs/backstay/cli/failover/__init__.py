"""`backstay failover`: people who let a region take over, or move what writes by plan."""
