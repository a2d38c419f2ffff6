"""Google Cloud: one module for each thing that must survive."""
