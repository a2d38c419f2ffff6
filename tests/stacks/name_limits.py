"""What clouds take for the names of things, and where no two things may have one name.

Patterns and lengths are those of the providers' own validation where it has some (azurerm 4.55, google 6.50,
aws 5.100), and else of the services' naming rules:
https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and each service's API reference
https://cloud.google.com/compute/docs/naming-resources
"""

from dataclasses import dataclass
from enum import Enum


class Within(Enum):
    """Where a name must be the only one of its kind."""

    WORLD = "world"
    ACCOUNT = "account"
    """An AWS account, an Azure subscription, a Google Cloud project."""
    REGION = "region"
    """A region of an account."""


@dataclass(frozen=True)
class Name:
    """How a resource type is named.

    Attributes:
        attribute: the argument that holds the name.
        pattern: what it must match, as a whole.
        longest: characters allowed.
        within: where it must be unique: a place, or the arguments that say in what.
    """

    attribute: str
    pattern: str
    longest: int
    within: Within | tuple[str, ...]


_WORLD, _ACCOUNT, _REGION = Within.WORLD, Within.ACCOUNT, Within.REGION
_GROUP = ("resource_group_name",)

# Azure's own words, which nothing with a public name may hold:
# https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name
_FREE = r"(?!login)(?!.*(microsoft|windows))"
_AZURE = r"[A-Za-z0-9][A-Za-z0-9._-]*\w"
_RFC_1035 = r"[a-z]([a-z0-9-]*[a-z0-9])?"
# https://cloud.google.com/storage/docs/buckets#naming
_GOOGLE_BUCKET = r"(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]+[a-z0-9]"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_S3_BUCKET = r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--x-s3)$)[a-z0-9][a-z0-9-]+[a-z0-9]"
_CACHE = _DATABASE = r"(?!.*--)[a-z][a-z0-9-]*[a-z0-9]"
_LOAD_BALANCER = r"(?!internal-)[A-Za-z0-9](-?[A-Za-z0-9])*"

NAMES: dict[str, Name] = {
    "aws_autoscaling_group": Name("name", r"[!-~]+", 255, _REGION),
    "aws_autoscaling_policy": Name("name", r"[!-~]+", 255, ("autoscaling_group_name",)),
    "aws_backup_plan": Name("name", r"[A-Za-z0-9_.-]+", 50, _REGION),
    "aws_backup_restore_testing_plan": Name("name", r"[A-Za-z0-9_]+", 50, _REGION),
    "aws_backup_restore_testing_selection": Name("name", r"[A-Za-z0-9_]+", 50, ("restore_testing_plan_name",)),
    "aws_backup_selection": Name("name", r"[A-Za-z0-9_.-]+", 50, ("plan_id",)),
    "aws_backup_vault": Name("name", r"[A-Za-z0-9_-]{2,}", 50, _REGION),
    "aws_cloudformation_stack": Name("name", r"[A-Za-z][A-Za-z0-9-]*", 128, _REGION),
    "aws_cloudwatch_composite_alarm": Name("alarm_name", r"[ -~]+", 255, _REGION),
    "aws_cloudwatch_dashboard": Name("dashboard_name", r"[A-Za-z0-9_-]+", 255, _REGION),
    "aws_cloudwatch_event_api_destination": Name("name", r"[A-Za-z0-9._-]+", 64, _REGION),
    "aws_cloudwatch_event_connection": Name("name", r"[A-Za-z0-9._-]+", 64, _REGION),
    "aws_cloudwatch_event_rule": Name("name", r"[A-Za-z0-9._-]+", 64, _REGION),
    "aws_cloudwatch_log_group": Name("name", r"(?!aws/)[A-Za-z0-9._/#-]+", 512, _REGION),
    "aws_cloudwatch_metric_alarm": Name("alarm_name", r"[ -~]+", 255, _REGION),
    "aws_db_subnet_group": Name("name", r"[a-z0-9 ._-]+", 255, _REGION),
    "aws_dynamodb_table": Name("name", r"[A-Za-z0-9._-]{3,}", 255, _REGION),
    "aws_ecr_repository": Name("name", r"([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*", 256, _REGION),
    "aws_eks_addon": Name("addon_name", r"[a-z0-9-]+", 100, ("cluster_name",)),
    "aws_eks_cluster": Name("name", r"[A-Za-z0-9][A-Za-z0-9_-]*", 100, _REGION),
    "aws_eks_node_group": Name("node_group_name", r"[A-Za-z0-9][A-Za-z0-9_-]*", 63, ("cluster_name",)),
    "aws_elasticache_replication_group": Name("replication_group_id", _CACHE, 40, _REGION),
    "aws_elasticache_subnet_group": Name("name", r"[a-z0-9-]+", 255, _REGION),
    "aws_elasticache_user": Name("user_id", _CACHE, 40, _REGION),
    "aws_elasticache_user_group": Name("user_group_id", _CACHE, 40, _REGION),
    "aws_iam_instance_profile": Name("name", r"[\w+=,.@-]+", 128, _ACCOUNT),
    "aws_iam_policy": Name("name", r"[\w+=,.@-]+", 128, _ACCOUNT),
    "aws_iam_role": Name("name", r"[\w+=,.@-]+", 64, _ACCOUNT),
    "aws_iam_role_policy": Name("name", r"[\w+=,.@-]+", 128, ("role",)),
    "aws_kms_alias": Name("name", r"alias/(?!aws/)[A-Za-z0-9/_-]+", 256, _REGION),
    "aws_launch_template": Name("name", r"[A-Za-z0-9().\-/_]{3,}", 128, _REGION),
    "aws_lb": Name("name", _LOAD_BALANCER, 32, _REGION),
    "aws_lb_target_group": Name("name", _LOAD_BALANCER, 32, _REGION),
    "aws_rds_cluster": Name("cluster_identifier", _DATABASE, 63, _REGION),
    "aws_rds_cluster_instance": Name("identifier", _DATABASE, 63, _REGION),
    "aws_rds_cluster_parameter_group": Name("name", _DATABASE, 255, _REGION),
    "aws_rds_global_cluster": Name("global_cluster_identifier", _DATABASE, 63, _ACCOUNT),
    "aws_route53_record": Name("name", r"[a-z0-9.-]+", 253, ("zone_id", "type", "set_identifier")),
    "aws_s3_bucket": Name("bucket", _S3_BUCKET, 63, _WORLD),
    # A bucket has one.
    "aws_s3_bucket_replication_configuration": Name("bucket", _S3_BUCKET, 63, _WORLD),
    "aws_scheduler_schedule": Name("name", r"[A-Za-z0-9._-]+", 64, _REGION),
    "aws_security_group": Name("name", r"(?!sg-)[A-Za-z0-9 ._:/()#,@\[\]+=&;{}!$*-]+", 255, ("vpc_id",)),
    "aws_sfn_state_machine": Name("name", r"[A-Za-z0-9_-]+", 80, _REGION),
    "aws_sns_topic": Name("name", r"[A-Za-z0-9_-]+", 256, _REGION),
    "aws_sqs_queue": Name("name", r"[A-Za-z0-9_-]+", 80, _REGION),
    "azurerm_application_gateway": Name("name", _AZURE, 80, _GROUP),
    "azurerm_disk_encryption_set": Name("name", _AZURE, 80, _GROUP),
    "azurerm_dns_a_record": Name("name", r"[A-Za-z0-9@*_.-]+", 253, ("zone_name", "resource_group_name")),
    "azurerm_federated_identity_credential": Name("name", r"[A-Za-z0-9][A-Za-z0-9_-]{2,}", 120, ("parent_id",)),
    "azurerm_key_vault": Name("name", _FREE + r"[A-Za-z](-?[A-Za-z0-9]){2,}", 24, _WORLD),
    "azurerm_key_vault_key": Name("name", r"[A-Za-z0-9-]+", 127, ("key_vault_id",)),
    "azurerm_kubernetes_cluster": Name("name", r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?", 63, _GROUP),
    "azurerm_kubernetes_cluster_node_pool": Name("name", r"[a-z][a-z0-9]*", 12, ("kubernetes_cluster_id",)),
    "azurerm_linux_virtual_machine": Name("name", _AZURE, 64, _GROUP),
    "azurerm_linux_virtual_machine_scale_set": Name("name", _AZURE, 64, _GROUP),
    "azurerm_log_analytics_workspace": Name("name", r"[A-Za-z0-9][A-Za-z0-9-]{2,}[A-Za-z0-9]", 63, _GROUP),
    "azurerm_monitor_autoscale_setting": Name("name", r"[^<>%&#.,?/]+", 260, _GROUP),
    "azurerm_monitor_diagnostic_setting": Name("name", r"[^*<>%:&?+\\/]+", 260, ("target_resource_id",)),
    "azurerm_nat_gateway": Name("name", _AZURE, 80, _GROUP),
    "azurerm_network_interface": Name("name", _AZURE, 80, _GROUP),
    "azurerm_network_security_group": Name("name", _AZURE, 80, _GROUP),
    "azurerm_network_security_rule": Name("name", _AZURE, 80, ("network_security_group_name",)),
    "azurerm_network_watcher_flow_log": Name("name", _AZURE, 80, ("network_watcher_name",)),
    "azurerm_management_lock": Name("name", r"[\w().-]*[\w()-]", 90, ("scope",)),
    "azurerm_public_ip": Name("name", _AZURE, 80, _GROUP),
    "azurerm_resource_group": Name("name", r"[\w().-]*[\w()-]", 90, _ACCOUNT),
    "azurerm_resource_group_template_deployment": Name("name", r"[\w().-]+", 64, _GROUP),
    "azurerm_storage_account": Name("name", _FREE + r"[a-z0-9]{3,}", 24, _WORLD),
    "azurerm_storage_container": Name("name", r"[a-z0-9](-?[a-z0-9]){2,}", 63, ("storage_account_id",)),
    "azurerm_role_definition": Name("name", r".+", 128, _ACCOUNT),
    "azurerm_subnet": Name("name", _AZURE, 80, ("virtual_network_name",)),
    "azurerm_user_assigned_identity": Name("name", r"[A-Za-z0-9][A-Za-z0-9_-]{2,}", 128, _GROUP),
    "azurerm_virtual_machine_extension": Name("name", _AZURE, 80, ("virtual_machine_id",)),
    "azurerm_virtual_network": Name("name", _AZURE, 64, _GROUP),
    "google_compute_address": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_firewall": Name("name", _RFC_1035, 63, _ACCOUNT),
    "google_compute_forwarding_rule": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_global_address": Name("name", _RFC_1035, 63, _ACCOUNT),
    "google_compute_instance": Name("name", _RFC_1035, 63, ("zone",)),
    "google_compute_network": Name("name", _RFC_1035, 63, _ACCOUNT),
    "google_compute_region_autoscaler": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_region_backend_service": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_region_health_check": Name("name", _RFC_1035, 63, _REGION),
    # The name of each machine is the group's, a hyphen and four characters.
    "google_compute_region_instance_group_manager": Name("name", _RFC_1035, 58, _REGION),
    # What the provider adds to a prefix may have nine characters.
    "google_compute_region_instance_template": Name("name_prefix", r"[a-z][a-z0-9-]*", 54, _REGION),
    "google_compute_region_ssl_policy": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_region_target_http_proxy": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_region_target_https_proxy": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_region_url_map": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_router": Name("name", _RFC_1035, 63, _REGION),
    "google_compute_router_nat": Name("name", _RFC_1035, 63, ("router",)),
    "google_compute_subnetwork": Name("name", _RFC_1035, 63, _REGION),
    "google_container_cluster": Name("name", _RFC_1035, 40, _REGION),
    "google_container_node_pool": Name("name", _RFC_1035, 40, ("cluster",)),
    "google_dns_policy": Name("name", _RFC_1035, 63, _ACCOUNT),
    "google_dns_record_set": Name("name", r"([a-z0-9-]+\.)+", 254, ("managed_zone", "type")),
    "google_iam_workload_identity_pool": Name("workload_identity_pool_id", r"(?!gcp-)[a-z0-9-]{4,}", 32, _ACCOUNT),
    "google_iam_workload_identity_pool_provider": Name(
        "workload_identity_pool_provider_id", r"(?!gcp-)[a-z0-9-]{4,}", 32, ("workload_identity_pool_id",)
    ),
    "google_kms_crypto_key": Name("name", r"[A-Za-z0-9_-]+", 63, ("key_ring",)),
    "google_kms_key_ring": Name("name", r"[A-Za-z0-9_-]+", 63, _REGION),
    "google_logging_project_bucket_config": Name("bucket_id", r"[A-Za-z0-9][A-Za-z0-9_.-]*", 100, _REGION),
    "google_logging_project_exclusion": Name("name", r"[A-Za-z0-9][A-Za-z0-9_.-]*", 100, _ACCOUNT),
    "google_logging_project_sink": Name("name", r"[A-Za-z0-9_.-]+", 100, _ACCOUNT),
    "google_service_account": Name("account_id", r"[a-z][a-z0-9-]{4,}[a-z0-9]", 30, _ACCOUNT),
    "google_storage_bucket": Name("name", _GOOGLE_BUCKET, 63, _WORLD),
    "google_storage_bucket_iam_member": Name("bucket", _GOOGLE_BUCKET, 63, ("role", "member")),
}
"""By type, of everything that is made with a name of its own."""

ALSO_NAMED: dict[str, tuple[Name, ...]] = {
    "azurerm_kubernetes_cluster": (
        Name("dns_prefix", _FREE + r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", 54, _GROUP),
        # The group that AKS makes for the machines.
        Name("node_resource_group", r"[\w().-]*[\w()-]", 80, _ACCOUNT),
    ),
    "azurerm_public_ip": (Name("domain_name_label", _FREE + r"[a-z][a-z0-9-]+[a-z0-9]", 63, _REGION),),
    "google_compute_region_instance_group_manager": (Name("base_instance_name", _RFC_1035, 58, _REGION),),
    "google_service_account": (Name("display_name", r".+", 100, ("account_id",)),),
}
"""Second names of the same things."""
