# What moves clients from a lost region, brings data back and says that something is wrong.

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

locals {
  trust = { for service in ["backup", "states", "fis"] : service => jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "${service}.amazonaws.com" }, Action = "sts:AssumeRole" }]
  }) }
}

resource "aws_iam_role" "service" {
  for_each           = local.trust
  name               = each.key
  assume_role_policy = each.value
}

# Routing.

resource "aws_vpc" "main" {
  cidr_block = "10.30.0.0/16"
}

resource "aws_route53_zone" "internal" {
  name = "internal.example.com"
  vpc {
    vpc_id = aws_vpc.main.id
  }
}

resource "aws_cloudwatch_metric_alarm" "lag" {
  alarm_name          = "replication-lag"
  namespace           = "AWS/RDS"
  metric_name         = "AuroraGlobalDBReplicationLag"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1000
  period              = 60
  evaluation_periods  = 3
}

resource "aws_cloudwatch_composite_alarm" "region" {
  alarm_name = "region"
  alarm_rule = "ALARM(${aws_cloudwatch_metric_alarm.lag.alarm_name})"
}

resource "aws_route53_health_check" "alarm" {
  type                            = "CLOUDWATCH_METRIC"
  cloudwatch_alarm_name           = aws_cloudwatch_metric_alarm.lag.alarm_name
  cloudwatch_alarm_region         = "eu-west-1"
  insufficient_data_health_status = "LastKnownStatus"
}

resource "aws_route53_health_check" "endpoint" {
  type              = "HTTPS"
  fqdn              = "eu-west-1.llm.example.com"
  port              = 443
  resource_path     = "/health"
  request_interval  = 10
  failure_threshold = 2
}

resource "aws_route53_health_check" "all" {
  type                   = "CALCULATED"
  child_health_threshold = 1
  child_healthchecks     = [aws_route53_health_check.alarm.id, aws_route53_health_check.endpoint.id]
}

resource "aws_route53recoverycontrolconfig_cluster" "main" {
  name = "main"
}

resource "aws_route53recoverycontrolconfig_control_panel" "main" {
  name        = "main"
  cluster_arn = aws_route53recoverycontrolconfig_cluster.main.arn
}

resource "aws_route53recoverycontrolconfig_routing_control" "region" {
  for_each          = toset(["primary", "secondary"])
  name              = each.key
  cluster_arn       = aws_route53recoverycontrolconfig_cluster.main.arn
  control_panel_arn = aws_route53recoverycontrolconfig_control_panel.main.arn
}

resource "aws_route53recoverycontrolconfig_safety_rule" "never_none" {
  name              = "never-none"
  control_panel_arn = aws_route53recoverycontrolconfig_control_panel.main.arn
  asserted_controls = [for control in aws_route53recoverycontrolconfig_routing_control.region : control.arn]
  wait_period_ms    = 5000
  rule_config {
    type      = "ATLEAST"
    threshold = 1
    inverted  = false
  }
}

resource "aws_route53_health_check" "control" {
  type                = "RECOVERY_CONTROL"
  routing_control_arn = aws_route53recoverycontrolconfig_routing_control.region["primary"].arn
}

resource "aws_globalaccelerator_accelerator" "main" {
  name            = "main"
  ip_address_type = "IPV4"
  enabled         = true
}

resource "aws_globalaccelerator_listener" "main" {
  accelerator_arn = aws_globalaccelerator_accelerator.main.arn
  protocol        = "TCP"
  port_range {
    from_port = 443
    to_port   = 443
  }
}

resource "aws_globalaccelerator_endpoint_group" "region" {
  for_each                = { eu-west-1 = 100, eu-central-1 = 0 }
  listener_arn            = aws_globalaccelerator_listener.main.arn
  endpoint_group_region   = each.key
  traffic_dial_percentage = each.value
  health_check_protocol   = "HTTPS"
  health_check_path       = "/health"
  health_check_port       = 443
}

# Data.

resource "aws_rds_global_cluster" "main" {
  global_cluster_identifier = "main"
  engine                    = "aurora-postgresql"
  engine_version            = "16.4"
  database_name             = "vectors"
  storage_encrypted         = false
}

resource "aws_rds_cluster" "primary" {
  cluster_identifier          = "primary"
  engine                      = aws_rds_global_cluster.main.engine
  engine_version              = aws_rds_global_cluster.main.engine_version
  global_cluster_identifier   = aws_rds_global_cluster.main.id
  database_name               = "vectors"
  master_username             = "owner"
  manage_master_user_password = true
  skip_final_snapshot         = true
}

resource "aws_rds_cluster" "secondary" {
  provider                  = aws.peer
  cluster_identifier        = "secondary"
  engine                    = aws_rds_global_cluster.main.engine
  engine_version            = aws_rds_global_cluster.main.engine_version
  global_cluster_identifier = aws_rds_global_cluster.main.id
  skip_final_snapshot       = true
  depends_on                = [aws_rds_cluster.primary]

  lifecycle {
    # Whom a copy follows changes with every failover.
    ignore_changes = [replication_source_identifier]
  }
}

resource "aws_backup_vault" "main" {
  name = "main"
}

resource "aws_backup_vault" "peer" {
  provider = aws.peer
  name     = "peer"
}

resource "aws_backup_vault_policy" "main" {
  backup_vault_name = aws_backup_vault.main.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "backup:DeleteRecoveryPoint", Resource = "*" }]
  })
}

resource "aws_backup_plan" "main" {
  name = "main"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.main.name
    schedule          = "cron(0 5 ? * * *)"
    lifecycle {
      delete_after = 35
    }
    copy_action {
      destination_vault_arn = aws_backup_vault.peer.arn
      lifecycle {
        delete_after = 35
      }
    }
  }
}

resource "aws_backup_selection" "main" {
  name         = "tagged"
  plan_id      = aws_backup_plan.main.id
  iam_role_arn = aws_iam_role.service["backup"].arn
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "daily"
  }
}

resource "aws_backup_restore_testing_plan" "main" {
  name                = "weekly"
  schedule_expression = "cron(0 5 ? * SUN *)"
  recovery_point_selection {
    algorithm            = "LATEST_WITHIN_WINDOW"
    include_vaults       = [aws_backup_vault.main.arn]
    recovery_point_types = ["SNAPSHOT", "CONTINUOUS"]
  }
}

resource "aws_backup_restore_testing_selection" "main" {
  name                      = "tables"
  restore_testing_plan_name = aws_backup_restore_testing_plan.main.name
  protected_resource_type   = "DynamoDB"
  protected_resource_arns   = ["*"]
  iam_role_arn              = aws_iam_role.service["backup"].arn
}

resource "aws_sqs_queue" "dead" {
  name = "dead"
}

resource "aws_sqs_queue" "work" {
  name = "work"
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 3
  })
}

resource "aws_dynamodb_table" "sessions" {
  name           = "sessions"
  hash_key       = "id"
  read_capacity  = 1
  write_capacity = 1
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_appautoscaling_target" "sessions" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.sessions.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 1
  max_capacity       = 5
}

# Procedure.

resource "aws_sfn_state_machine" "failover" {
  name       = "failover"
  role_arn   = aws_iam_role.service["states"].arn
  definition = jsonencode({ StartAt = "Move", States = { Move = { Type = "Pass", End = true } } })
}

resource "aws_fis_experiment_template" "stop" {
  description = "stop the fleet"
  role_arn    = aws_iam_role.service["fis"].arn
  stop_condition {
    source = "none"
  }
  action {
    name      = "stop"
    action_id = "aws:ec2:stop-instances"
    target {
      key   = "Instances"
      value = "fleet"
    }
  }
  target {
    name           = "fleet"
    resource_type  = "aws:ec2:instance"
    selection_mode = "ALL"
    resource_tag {
      key   = "Name"
      value = "fleet"
    }
  }
}

# Networks of regions, connected.

resource "aws_subnet" "main" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.30.0.0/24"
}

resource "aws_vpc_dhcp_options" "main" {
  domain_name = "internal.example.com"
}

resource "aws_ec2_transit_gateway" "main" {
  description = "between regions"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.main.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.main.id]
}
