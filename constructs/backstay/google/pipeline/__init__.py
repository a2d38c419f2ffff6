"""What workflows may do on Google Cloud, and who may be one."""
