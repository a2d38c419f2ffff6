"""`backstay ci`: the steps of a pipeline, one module per verb."""
