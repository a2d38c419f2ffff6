"""What workflows may do on Azure."""
