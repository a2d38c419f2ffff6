# What one region keeps a copy of in another.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { ManagedBy = "terraform" }
  }
}

provider "aws" {
  alias  = "peer"
  region = "eu-central-1"
  default_tags {
    tags = { ManagedBy = "terraform" }
  }
}

variable "namespace" {}

resource "aws_kms_key" "main" {
  multi_region        = true
  enable_key_rotation = true
}

resource "aws_kms_replica_key" "peer" {
  provider        = aws.peer
  primary_key_arn = aws_kms_key.main.arn
  description     = "in the peer's region"
}

resource "aws_dynamodb_table" "sessions" {
  name             = "sessions"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.main.arn
  }
  replica {
    region_name            = "eu-central-1"
    kms_key_arn            = aws_kms_replica_key.peer.arn
    point_in_time_recovery = true
    propagate_tags         = true
  }
}

resource "aws_secretsmanager_secret" "api_key" {
  name                    = "api-key"
  recovery_window_in_days = 0
  replica {
    region = "eu-central-1"
  }
}

data "aws_secretsmanager_secret" "replica" {
  provider   = aws.peer
  name       = aws_secretsmanager_secret.api_key.name
  depends_on = [aws_secretsmanager_secret.api_key]
}

resource "aws_s3_bucket" "home" {
  bucket        = "${var.namespace}-home"
  force_destroy = true
}

resource "aws_s3_bucket" "peer" {
  provider      = aws.peer
  bucket        = "${var.namespace}-peer"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "home" {
  bucket = aws_s3_bucket.home.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "peer" {
  provider = aws.peer
  bucket   = aws_s3_bucket.peer.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_iam_role" "replication" {
  name               = "replication"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_s3_bucket_replication_configuration" "home" {
  bucket = aws_s3_bucket_versioning.home.id
  role   = aws_iam_role.replication.arn
  rule {
    id       = "all"
    priority = 1
    status   = "Enabled"
    filter {
      prefix = "models/"
    }
    delete_marker_replication {
      status = "Enabled"
    }
    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }
    destination {
      bucket        = aws_s3_bucket.peer.arn
      storage_class = "STANDARD"
      encryption_configuration {
        replica_kms_key_id = aws_kms_replica_key.peer.arn
      }
      metrics {
        status = "Enabled"
        event_threshold {
          minutes = 15
        }
      }
      replication_time {
        status = "Enabled"
        time {
          minutes = 15
        }
      }
    }
  }
  depends_on = [aws_s3_bucket_versioning.peer]
}

resource "aws_s3_object" "model" {
  bucket     = aws_s3_bucket_replication_configuration.home.id
  key        = "models/current"
  content    = "v1"
  kms_key_id = aws_kms_key.main.arn
}
