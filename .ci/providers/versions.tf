# The providers that the pipeline plans and applies with, and that CI tests with: one version of each, within what the
# stacks allow. `make providers` fetches them, whose signatures Terraform checks.
terraform {
  required_providers {
    # The newest that the sandbox was measured with.
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "4.55.0"
    }
    google = {
      source  = "hashicorp/google"
      version = "6.50.0"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "2.38.0"
    }
  }
}
