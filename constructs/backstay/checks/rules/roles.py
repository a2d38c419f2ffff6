"""What a resource is called, and the part that it plays where that decides which rules are about it."""

from backstay.checks.block import Block
from backstay.checks.stacks import Stacks

# Who delivers logs, and the argument that says where to.
_DELIVERIES = {
    "aws_alb": "access_logs.bucket",
    "aws_cloudtrail": "s3_bucket_name",
    "aws_elb": "access_logs.bucket",
    "aws_flow_log": "log_destination",
    "aws_lb": "access_logs.bucket",
    "aws_s3_bucket_logging": "target_bucket",
    "azurerm_monitor_diagnostic_setting": "storage_account_id",
    "azurerm_network_watcher_flow_log": "storage_account_id",
    "google_logging_project_sink": "destination",
}


def receives_logs(store: Block, stacks: Stacks) -> bool:
    """Whether logs of the own region are kept there, which no other region needs to carry on."""
    return any(
        delivery.stack is store.stack and delivery.names(argument, store)
        for type_, argument in _DELIVERIES.items()
        for delivery in stacks.resources(type_)
    )


def is_lock_table(table: Block) -> bool:
    """Whether Terraform locks states with it, which are of use in its own region only."""
    return table.text("hash_key") == "LockID"


def proves_a_certificate(record: Block) -> bool:
    """Whether a certificate authority looks the record up; where traffic goes does not depend on it."""
    return any("domain_validation_options" in text or "resource_record_value" in text for _, text in record.strings)


def only_repairs(check: Block, stacks: Stacks) -> bool:
    """Whether a health check decides about replacing machines and not about traffic; it may take its time."""
    repairing = "google_compute_region_instance_group_manager", "auto_healing_policies.health_check"
    serving = (
        ("google_compute_region_backend_service", "health_checks"),
        ("google_compute_backend_service", "health_checks"),
    )
    return bool(stacks.concerning(check, *repairing)) and not any(stacks.concerning(check, *each) for each in serving)


def called(block: Block) -> str:
    """The name to tell people, where it is known before a plan."""
    return f"{block.known_as!r}" if block.known_as else "it"
