"""What workflows may do on AWS, and who may be one."""
