# One region of an AI service, with everything that the embedded cloud must apply, keep and destroy.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "account" {}

variable "kubernetes_version" {
  default = "1.34"
}

variable "gpu_instance_type" {
  default = "g6.xlarge"
}

variable "cluster_log_types" {
  type    = set(string)
  default = ["api", "audit", "authenticator"]
}

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = [var.account]

  default_tags {
    tags = {
      Environment = "sandbox"
      ManagedBy   = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  zones      = slice(data.aws_availability_zones.available.names, 0, 3)
  gateway    = toset(["s3", "dynamodb"])
  interface  = toset(["ecr.api", "ecr.dkr", "sts", "logs", "ec2", "ssm"])
  trust_ec2  = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  trust_eks  = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "eks.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  trust_pods = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "pods.eks.amazonaws.com" }, Action = ["sts:AssumeRole", "sts:TagSession"] }] })
  trust_logs = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "vpc-flow-logs.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
