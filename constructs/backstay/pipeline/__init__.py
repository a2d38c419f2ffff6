"""What a pipeline needs beyond running Terraform: what a plan would do, told in a way that can be published."""
