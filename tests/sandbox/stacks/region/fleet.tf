data "aws_ssm_parameter" "eks_image" {
  name = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/nvidia/recommended/image_id"
}

data "aws_ssm_parameter" "fleet_image" {
  name = "/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id"
}

resource "aws_iam_instance_profile" "fleet" {
  name = "fleet"
  role = aws_iam_role.node.name
}

resource "aws_security_group" "load_balancer" {
  name        = "load-balancer"
  description = "who reaches the load balancer"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  for_each          = { http = 80, https = 443 }
  security_group_id = aws_security_group.load_balancer.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_security_group" "fleet" {
  name        = "fleet"
  description = "the fleet's instances"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "fleet" {
  security_group_id            = aws_security_group.fleet.id
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  security_group_id            = aws_security_group.load_balancer.id
  referenced_security_group_id = aws_security_group.fleet.id
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
}

resource "aws_instance" "fleet" {
  count                  = 2
  ami                    = data.aws_ssm_parameter.fleet_image.value
  instance_type          = var.gpu_instance_type
  subnet_id              = aws_subnet.private[count.index].id
  vpc_security_group_ids = [aws_security_group.fleet.id]
  iam_instance_profile   = aws_iam_instance_profile.fleet.name
  ebs_optimized          = true
  monitoring             = true

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  root_block_device {
    volume_size           = 100
    volume_type           = "gp3"
    encrypted             = true
    kms_key_id            = aws_kms_key.main.arn
    delete_on_termination = true
  }
  tags = { Name = "fleet-${count.index}", Accelerator = "gpu" }
}

resource "aws_launch_template" "fleet" {
  name                   = "fleet"
  image_id               = data.aws_ssm_parameter.fleet_image.value
  instance_type          = var.gpu_instance_type
  ebs_optimized          = true
  update_default_version = true
  user_data              = base64encode("#!/bin/sh\ntrue\n")

  block_device_mappings {
    device_name = "/dev/sda1"
    ebs {
      volume_size = 100
      volume_type = "gp3"
      encrypted   = true
      kms_key_id  = aws_kms_key.main.arn
    }
  }
  iam_instance_profile {
    arn = aws_iam_instance_profile.fleet.arn
  }
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  monitoring {
    enabled = true
  }
  network_interfaces {
    security_groups             = [aws_security_group.fleet.id]
    associate_public_ip_address = false
    delete_on_termination       = true
  }
  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "fleet" }
  }
  tag_specifications {
    resource_type = "volume"
    tags          = { Name = "fleet" }
  }
}

resource "aws_autoscaling_group" "fleet" {
  name                      = "fleet"
  vpc_zone_identifier       = aws_subnet.private[*].id
  min_size                  = 1
  max_size                  = 6
  desired_capacity          = 3
  health_check_type         = "ELB"
  health_check_grace_period = 600
  target_group_arns         = [aws_lb_target_group.fleet.arn]
  wait_for_capacity_timeout = "0"

  instance_refresh {
    strategy = "Rolling"
    preferences {
      min_healthy_percentage = 90
    }
  }
  launch_template {
    id      = aws_launch_template.fleet.id
    version = aws_launch_template.fleet.latest_version
  }
  tag {
    key                 = "Name"
    value               = "fleet"
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_policy" "fleet" {
  name                   = "requests"
  autoscaling_group_name = aws_autoscaling_group.fleet.name
  policy_type            = "TargetTrackingScaling"
  target_tracking_configuration {
    target_value = 100
    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.main.arn_suffix}/${aws_lb_target_group.fleet.arn_suffix}"
    }
  }
}

resource "aws_lb" "main" {
  name                       = "main"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = aws_subnet.public[*].id
  security_groups            = [aws_security_group.load_balancer.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = false
  access_logs {
    bucket  = aws_s3_bucket.data.id
    prefix  = "load-balancer"
    enabled = true
  }
}

resource "aws_lb_target_group" "fleet" {
  name                 = "fleet"
  port                 = 8000
  protocol             = "HTTP"
  target_type          = "instance"
  vpc_id               = aws_vpc.main.id
  deregistration_delay = 60
  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_target_group_attachment" "fleet" {
  count            = 2
  target_group_arn = aws_lb_target_group.fleet.arn
  target_id        = aws_instance.fleet[count.index].id
  port             = 8000
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.main.certificate_arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.fleet.arn
  }
}

resource "aws_lb_listener" "redirect" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

data "aws_route53_zone" "main" {
  zone_id = "Z0123456789ABCDEFGHIJ"
}

resource "aws_acm_certificate" "main" {
  domain_name               = "eu-west-1.llm.example.com"
  subject_alternative_names = ["llm.example.com"]
  validation_method         = "DNS"
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = {
    for option in aws_acm_certificate.main.domain_validation_options : option.domain_name => option
  }
  zone_id         = data.aws_route53_zone.main.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "main" {
  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "region" {
  zone_id = data.aws_route53_zone.main.zone_id
  name    = "eu-west-1.llm.example.com"
  type    = "A"
  alias {
    name                   = aws_lb.main.dns_name
    zone_id                = aws_lb.main.zone_id
    evaluate_target_health = true
  }
}
