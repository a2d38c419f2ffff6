"""Checks of our own, for what checkov lets pass or does not know (3.3.30).

Each was found by making one argument of a stack bad and seeing that nothing was reported. A comment says why, where
that is known; where there is none, checkov has no such check.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """Something that must hold for every resource of some types."""

    id: str
    title: str
    types: tuple[str, ...]
    holds: Callable[[Body], bool]


CHECKS: list[Check] = []


def check(id_: str, title: str, *types: str) -> Callable[[Callable[[Body], bool]], Callable[[Body], bool]]:
    """Register a function that says whether a resource's arguments are as they should be."""

    def register(holds: Callable[[Body], bool]) -> Callable[[Body], bool]:
        CHECKS.append(Check(id_, title, types, holds))
        return holds

    return register


def results(document: Body) -> Iterator[tuple[Check, str, str, bool]]:
    """Each check that concerns a resource, the resource's type and logical name, and whether it holds."""
    for type_, named in document.get("resource", {}).items():
        for found in (found for found in CHECKS if type_ in found.types):
            for name, body in named.items():
                yield found, type_, name, found.holds(body)


def values(body: Any, path: str) -> list[Any]:
    """Every value at a dotted path; a block may be written alone or in a list."""
    found = [body]
    for key in path.split("."):
        held = [item[key] for item in found if isinstance(item, dict) and item.get(key) is not None]
        found = [value for item in held for value in (item if isinstance(item, list) else [item])]
    return found


def is_true(body: Body, *paths: str) -> bool:
    """Whether each path has a value, and that is true."""
    return all(values(body, path) and all(value in (True, "true") for value in values(body, path)) for path in paths)


def is_absent(body: Body, *paths: str) -> bool:
    """Whether nothing stands at any of the paths, or false does."""
    return not any(value not in (False, "false") for path in paths for value in values(body, path))


_ANYWHERE = {"*", "0.0.0.0/0", "::/0", "Internet", "Any"}
_MACHINES = ("azurerm_linux_virtual_machine", "azurerm_linux_virtual_machine_scale_set")
_TEMPLATE, _INSTANCE = "google_compute_region_instance_template", "google_compute_instance"
_CLUSTER, _POOL = "google_container_cluster", "google_container_node_pool"


@check("BACKSTAY_AWS_1", "Ensure volumes of launch templates are encrypted", "aws_launch_template")
def _(template: Body) -> bool:
    return all(is_true(volume, "encrypted") for volume in values(template, "block_device_mappings.ebs"))


# CKV_AWS_33 sees no policy that is written as text.
@check("BACKSTAY_AWS_2", "Ensure key policies admit nobody from outside without a condition", "aws_kms_key")
def _(key: Body) -> bool:
    statements = json.loads(key["policy"])["Statement"] if "policy" in key else []
    return not any(
        statement["Effect"] == "Allow"
        and "Condition" not in statement
        and "*" in values(statement, "Principal") + values(statement, "Principal.AWS")
        for statement in statements
    )


# checkov follows no reference from a policy to the data source that writes it, in JSON.
@check("BACKSTAY_AWS_3", "Ensure policies stand where they are seen", "aws_iam_policy", "aws_iam_role_policy")
def _(policy: Body) -> bool:
    return "aws_iam_policy_document" not in policy["policy"]


# CKV_AZURE_3 asks for the name that the argument had in version 3 of the provider.
@check("BACKSTAY_AZURE_1", "Ensure storage accounts answer by HTTPS only", "azurerm_storage_account")
def _(account: Body) -> bool:
    return account.get("https_traffic_only_enabled", True) is True


@check("BACKSTAY_AZURE_2", "Ensure storage accounts copy to no other tenant", "azurerm_storage_account")
def _(account: Body) -> bool:
    return is_absent(account, "cross_tenant_replication_enabled")


@check("BACKSTAY_AZURE_3", "Ensure key vaults are opened by roles in Entra", "azurerm_key_vault")
def _(vault: Body) -> bool:
    return is_true(vault, "rbac_authorization_enabled")


# CKV_AZURE_9, 10 and 160 see a single source only.
@check("BACKSTAY_AZURE_4", "Ensure no list of sources admits the internet", "azurerm_network_security_rule")
def _(rule: Body) -> bool:
    return rule["access"] != "Allow" or not _ANYWHERE & set(values(rule, "source_address_prefixes"))


# CKV_AZURE_97 looks at scale sets, and CKV_AZURE_151 at Windows.
@check("BACKSTAY_AZURE_5", "Ensure machines are encrypted at their host", *_MACHINES)
def _(machine: Body) -> bool:
    return is_true(machine, "encryption_at_host_enabled")


@check("BACKSTAY_AZURE_6", "Ensure disks of machines are encrypted with a key of one's own", *_MACHINES)
def _(machine: Body) -> bool:
    return bool(values(machine, "os_disk.disk_encryption_set_id"))


@check("BACKSTAY_AZURE_7", "Ensure scale sets have no public addresses", _MACHINES[1])
def _(machines: Body) -> bool:
    return is_absent(machines, "network_interface.ip_configuration.public_ip_address")


@check("BACKSTAY_AZURE_8", "Ensure interfaces of scale sets have a security group", _MACHINES[1])
def _(machines: Body) -> bool:
    return all(values(interface, "network_security_group_id") for interface in values(machines, "network_interface"))


# CKV_AZURE_118 asks for the name that the argument had in version 3.
@check("BACKSTAY_AZURE_9", "Ensure machines forward nothing", "azurerm_network_interface", _MACHINES[1])
def _(machine: Body) -> bool:
    return is_absent(machine, "ip_forwarding_enabled", "network_interface.enable_ip_forwarding")


# CKV_AZURE_143 looks at the default pool only.
@check("BACKSTAY_AZURE_10", "Ensure nodes have no public addresses", "azurerm_kubernetes_cluster_node_pool")
def _(pool: Body) -> bool:
    return is_absent(pool, "node_public_ip_enabled")


@check("BACKSTAY_AZURE_11", "Ensure people enter AKS by roles in Entra", "azurerm_kubernetes_cluster")
def _(cluster: Body) -> bool:
    return is_true(cluster, "azure_active_directory_role_based_access_control.azure_rbac_enabled")


@check("BACKSTAY_AZURE_12", "Ensure AKS encrypts secrets with a key of one's own", "azurerm_kubernetes_cluster")
def _(cluster: Body) -> bool:
    return bool(values(cluster, "key_management_service.key_vault_key_id"))


@check("BACKSTAY_AZURE_13", "Ensure pods have identities of their own", "azurerm_kubernetes_cluster")
def _(cluster: Body) -> bool:
    return is_true(cluster, "oidc_issuer_enabled", "workload_identity_enabled")


@check("BACKSTAY_AZURE_14", "Ensure logs are written without a shared key", "azurerm_log_analytics_workspace")
def _(workspace: Body) -> bool:
    return workspace.get("local_authentication_enabled") is False


@check("BACKSTAY_AZURE_15", "Ensure disks follow the rotation of their key", "azurerm_disk_encryption_set")
def _(disks: Body) -> bool:
    return is_true(disks, "auto_key_rotation_enabled")


@check("BACKSTAY_AZURE_16", "Ensure nobody is given the right to give rights", "azurerm_role_assignment")
def _(assignment: Body) -> bool:
    return not re.search("Owner|Administrator$", assignment.get("role_definition_name", ""))


# CKV_GCP_39 is content with the block, whatever is in it, and knows no regional templates, as most of the next.
@check("BACKSTAY_GCP_1", "Ensure machines start signed software only", _TEMPLATE, _INSTANCE)
def _(machine: Body) -> bool:
    return is_true(
        machine,
        *(f"shielded_instance_config.enable_{what}" for what in ("secure_boot", "vtpm", "integrity_monitoring")),
    )


@check("BACKSTAY_GCP_2", "Ensure machines of templates have no public addresses", _TEMPLATE)
def _(template: Body) -> bool:
    return is_absent(template, "network_interface.access_config", "network_interface.ipv6_access_config")


# CKV_GCP_30 and 31 let a machine pass that names no account, which then has the default one.
@check("BACKSTAY_GCP_3", "Ensure machines act as an account of their own", _TEMPLATE, _INSTANCE, _POOL)
def _(machine: Body) -> bool:
    accounts = values(machine, "service_account.email") + values(machine, "node_config.service_account")
    return bool(accounts) and not any(
        account.endswith("-compute@developer.gserviceaccount.com") for account in accounts
    )


@check("BACKSTAY_GCP_4", "Ensure IAM says who logs in to machines of templates", _TEMPLATE)
def _(template: Body) -> bool:
    told = {key: str(value).lower() for key, value in template.get("metadata", {}).items()}
    return (told.get("enable-oslogin"), told.get("block-project-ssh-keys")) == ("true", "true")


@check("BACKSTAY_GCP_5", "Ensure machines of templates forward nothing, and have no serial console", _TEMPLATE)
def _(template: Body) -> bool:
    return is_absent(template, "can_ip_forward") and "serial-port-enable" not in template.get("metadata", {})


@check("BACKSTAY_GCP_6", "Ensure disks of machines are encrypted with a key of one's own", _TEMPLATE, _POOL)
def _(machine: Body) -> bool:
    disks = [values(disk, "disk_encryption_key.kms_key_self_link") for disk in values(machine, "disk")]
    return all(disks) and bool(disks or values(machine, "node_config.boot_disk_kms_key"))


# CKV_GCP_25 is content with the block.
@check("BACKSTAY_GCP_7", "Ensure nodes have no public addresses", _CLUSTER)
def _(cluster: Body) -> bool:
    return is_true(cluster, "private_cluster_config.enable_private_nodes")


@check("BACKSTAY_GCP_8", "Ensure no pool of nodes has public addresses", _POOL)
def _(pool: Body) -> bool:
    return False not in values(pool, "network_config.enable_private_nodes")


@check("BACKSTAY_GCP_9", "Ensure pods have identities of their own", _CLUSTER)
def _(cluster: Body) -> bool:
    return bool(values(cluster, "workload_identity_config.workload_pool"))


@check("BACKSTAY_GCP_10", "Ensure GKE encrypts secrets with a key of one's own", _CLUSTER)
def _(cluster: Body) -> bool:
    return values(cluster, "database_encryption.state") == ["ENCRYPTED"]


@check("BACKSTAY_GCP_11", "Ensure kubelets answer nobody without asking who it is", _POOL)
def _(pool: Body) -> bool:
    return values(pool, "node_config.kubelet_config.insecure_kubelet_readonly_port_enabled") == ["FALSE"]


# CKV_GCP_4 knows policies without a region only.
@check("BACKSTAY_GCP_12", "Ensure load balancers speak TLS 1.2 at least", "google_compute_region_ssl_policy")
def _(policy: Body) -> bool:
    return policy.get("min_tls_version") in ("TLS_1_2", "TLS_1_3") and policy.get("profile") in ("MODERN", "RESTRICTED")


@check("BACKSTAY_GCP_13", "Ensure load balancers have a TLS policy", "google_compute_region_target_https_proxy")
def _(proxy: Body) -> bool:
    return bool(proxy.get("ssl_policy"))


@check(
    "BACKSTAY_GCP_14",
    "Ensure nothing is granted to everybody",
    "google_project_iam_member",
    "google_secret_manager_secret_iam_member",
    "google_service_account_iam_member",
    "google_storage_bucket_iam_member",
)
def _(grant: Body) -> bool:
    return grant.get("member") not in ("allUsers", "allAuthenticatedUsers")


@check("BACKSTAY_GCP_15", "Ensure buckets are encrypted with a key of one's own", "google_storage_bucket")
def _(bucket: Body) -> bool:
    return bool(values(bucket, "encryption.default_kms_key_name"))


# CKV_GCP_2 and its like look at ports, and a rule without any admits to all.
@check("BACKSTAY_GCP_16", "Ensure no firewall rule admits everybody to every port", "google_compute_firewall")
def _(rule: Body) -> bool:
    everybody = bool(_ANYWHERE & set(rule.get("source_ranges", ())))
    return not (everybody and any(not allowed.get("ports") for allowed in values(rule, "allow")))


@check("BACKSTAY_GCP_17", "Ensure logs are encrypted with a key of one's own", "google_logging_project_bucket_config")
def _(bucket: Body) -> bool:
    return bool(values(bucket, "cmek_settings.kms_key_name"))
