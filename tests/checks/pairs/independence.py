from tests.checks.example import Pair, backend, single, stack

US, EU = "us-east-1", "eu-west-1"
STATE = {"backend": "s3", "config": {"bucket": "states", "key": "us.tfstate"}}
TASK = '[{"secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:secretsmanager:%s:123456789012:secret:x"}]}]'
AZURE_STATE = {"backend": "azurerm", "config": {"storage_account_name": "states"}}
IMAGE = "123456789012.dkr.ecr.{}.amazonaws.com/vllm:1"


def imaged(region: str) -> dict[str, object]:
    return {"spec": {"template": {"spec": {"container": [{"name": "vllm", "image": IMAGE.format(region)}]}}}}


PAIRS = [
    Pair(
        "remote-state-of-another-region",
        ["data.terraform_remote_state.peer"],
        {"eu": stack({"data.terraform_remote_state.peer": {"backend": "s3", "config": {"region": US}}}, region=EU)},
        {"eu": stack({"data.terraform_remote_state.peer": {"backend": "s3", "config": {"region": EU}}}, region=EU)},
        about="by the region it names",
    ),
    Pair(
        "remote-state-of-another-region",
        ["data.terraform_remote_state.peer"],
        {
            "us": stack({}, region=US, terraform=backend(bucket="states", key="us.tfstate")),
            "eu": stack({"data.terraform_remote_state.peer": STATE}, region=EU),
        },
        {
            "us": stack({}, region=US, terraform=backend(bucket="states", key="us.tfstate")),
            "us-apps": stack({"data.terraform_remote_state.peer": STATE}, region=US),
        },
        about="by who else keeps states there",
    ),
    Pair(
        "lookup-in-another-region",
        ["data.aws_kms_alias.peer"],
        {
            "eu": stack(
                {"data.aws_kms_alias.peer": {"provider": "aws.us", "name": "alias/data"}},
                provider={"aws": [{"region": EU}, {"region": US, "alias": "us"}]},
            )
        },
        {
            "eu": stack(
                {
                    "data.aws_kms_alias.peer": {"name": "alias/data"},
                    # Route 53 is in no region.
                    "data.aws_route53_zone.zone": {"provider": "aws.us", "name": "example.com"},
                },
                provider={"aws": [{"region": EU}, {"region": US, "alias": "us"}]},
            )
        },
        about="by an alias of the provider",
    ),
    Pair(
        "lookup-in-another-region",
        ["ephemeral.aws_secretsmanager_secret_version.peer"],
        {"eu": stack({"ephemeral.aws_secretsmanager_secret_version.peer": {"region": US}}, region=EU)},
        {"eu": stack({"ephemeral.aws_secretsmanager_secret_version.peer": {"region": EU}}, region=EU)},
        about="by the resource's own region",
    ),
    Pair(
        "stack-spans-regions",
        ["aws_sqs_queue.peer"],
        {"eu": stack({"aws_sqs_queue.own": {}, "aws_sqs_queue.peer": {"region": US}}, region=EU)},
        {"eu": stack({"aws_sqs_queue.own": {}, "aws_sqs_queue.peer": {"region": EU}}, region=EU)},
        about="aws",
    ),
    Pair(
        "stack-spans-regions",
        ["azurerm_virtual_network.c"],
        {
            "eu": stack(
                {
                    "azurerm_virtual_network.a": {"location": "westeurope"},
                    "azurerm_virtual_network.b": {"location": "West Europe"},
                    "azurerm_virtual_network.c": {"location": "northeurope"},
                },
                region=None,
            )
        },
        {
            "eu": stack(
                {
                    "azurerm_virtual_network.a": {"location": "westeurope"},
                    "azurerm_virtual_network.b": {"location": "West Europe"},
                    "azurerm_virtual_network.c": {"location": "global"},
                },
                region=None,
            )
        },
        about="azure",
    ),
    Pair(
        "state-in-another-region",
        ["eu"],
        {"eu": stack({}, region=EU, terraform=backend(bucket="states", region=US))},
        {"eu": stack({}, region=EU, terraform=backend(bucket="states", region=EU))},
        about="s3",
    ),
    Pair(
        "state-in-another-region",
        ["eu"],
        {
            "states": stack({"google_storage_bucket.states": {"name": "states", "location": "us-east4"}}, region=None),
            "eu": stack({}, region="europe-west4", terraform=backend("gcs", bucket="states")),
        },
        {
            "states": stack(
                {"google_storage_bucket.states": {"name": "states", "location": "europe-west4"}}, region=None
            ),
            "eu": stack({}, region="europe-west4", terraform=backend("gcs", bucket="states")),
        },
        about="gcs",
    ),
    single(
        "key-of-another-region",
        "aws_dynamodb_table",
        fires={"server_side_encryption": {"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/1"}},
        silent={
            "server_side_encryption": {"kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/1"},
            # The copy has a key of its own.
            "replica": [{"region_name": EU, "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/1"}],
        },
    ),
    single(
        "key-of-another-region",
        "aws_sqs_queue",
        fires={"kms_master_key_id": "arn:aws:kms:eu-west-1:123456789012:key/1"},
        # A policy grants, and needs nothing.
        silent={"policy": '{"Resource": "arn:aws:kms:eu-west-1:123456789012:key/1"}'},
    ),
    single(
        "key-of-another-region",
        "google_storage_bucket",
        fires={"encryption": {"default_kms_key_name": "projects/p/locations/us-east4/keyRings/r/cryptoKeys/k"}},
        silent={"encryption": {"default_kms_key_name": "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k"}},
    ),
    Pair(
        "secret-of-another-region",
        ["azurerm_application_gateway.it"],
        {
            "us": stack({"azurerm_key_vault.vault": {"name": "acme", "location": "eastus2"}}, region=None),
            "eu": stack(
                {
                    "azurerm_application_gateway.it": {
                        "location": "westeurope",
                        "ssl_certificate": {"key_vault_secret_id": "https://acme.vault.azure.net/secrets/llm"},
                    }
                },
                region=None,
            ),
        },
        {
            "us": stack({"azurerm_key_vault.vault": {"name": "acme", "location": "westeurope"}}, region=None),
            "eu": stack(
                {
                    "azurerm_application_gateway.it": {
                        "location": "westeurope",
                        "ssl_certificate": {"key_vault_secret_id": "https://acme.vault.azure.net/secrets/llm"},
                    }
                },
                region=None,
            ),
        },
        about="azure",
    ),
    single(
        "secret-of-another-region",
        "aws_ecs_task_definition",
        fires={"container_definitions": TASK % EU},
        silent={"container_definitions": TASK % US},
    ),
    Pair(
        "image-of-another-region",
        ["kubernetes_deployment_v1.llm"],
        {"eu": stack({"kubernetes_deployment_v1.llm": imaged(US)}, region=EU)},
        {"eu": stack({"kubernetes_deployment_v1.llm": imaged(EU)}, region=EU)},
        about="ecr",
    ),
    single(
        "image-of-another-region",
        "google_cloud_run_v2_service",
        fires={"template": {"containers": [{"image": "us-east4-docker.pkg.dev/p/r/vllm"}]}},
        silent={"template": {"containers": [{"image": "europe-docker.pkg.dev/p/r/vllm"}]}},
    ),
    Pair(
        "shared-by-regions-made-by-one",
        ["aws_iam_role.node"],
        {
            "us": stack({"aws_iam_role.node": {"name": "node"}, "aws_sqs_queue.queue": {}}, region=US),
            "eu": stack({"aws_eks_node_group.g": {"node_role_arn": "arn:aws:iam::1:role/node"}}, region=EU),
        },
        {
            # A stack with nothing regional in it belongs to no region.
            "global": stack({"aws_iam_role.node": {"name": "node"}}, region=US),
            "eu": stack({"aws_eks_node_group.g": {"node_role_arn": "arn:aws:iam::1:role/node"}}, region=EU),
        },
        about="role",
    ),
    Pair(
        "shared-by-regions-made-by-one",
        ["aws_route53_zone.zone"],
        {
            "us": stack({"aws_route53_zone.zone": {"name": "example.com"}, "aws_sqs_queue.queue": {}}, region=US),
            "eu": stack({"data.aws_route53_zone.zone": {"name": "example.com"}}, region=EU),
        },
        {
            "us": stack({"aws_route53_zone.zone": {"name": "us.example.com"}, "aws_sqs_queue.queue": {}}, region=US),
            "eu": stack({"data.aws_route53_zone.zone": {"name": "example.com"}}, region=EU),
        },
        about="zone",
    ),
    Pair(
        "remote-state-of-another-region",
        ["data.terraform_remote_state.peer"],
        {
            "us": stack({"azurerm_storage_account.s": {"name": "states", "location": "eastus2"}}, region=None),
            "eu": stack({"data.terraform_remote_state.peer": AZURE_STATE}, region=EU),
        },
        {
            "us": stack({"azurerm_storage_account.s": {"name": "others", "location": "eastus2"}}, region=None),
            "eu": stack({"data.terraform_remote_state.peer": AZURE_STATE}, region=EU),
        },
        about="by the account that holds it",
    ),
    Pair(
        "remote-state-of-another-region",
        ["data.terraform_remote_state.peer"],
        {
            "us": stack({}, region=US, terraform=backend("local", path="us.tfstate")),
            "eu": stack({"data.terraform_remote_state.peer": {"config": {"path": "us.tfstate"}}}, region=EU),
        },
        {
            "us": stack({}, region=US, terraform=backend("local", path="us.tfstate")),
            "eu": stack({"data.terraform_remote_state.peer": {"config": {"path": "eu.tfstate"}}}, region=EU),
        },
        about="a file",
    ),
    Pair(
        "stack-spans-regions",
        ["aws_sqs_queue.peer"],
        {
            "eu": stack(
                {"aws_sqs_queue.peer": {"region": US}, "aws_sqs_queue.third": {"region": "us-west-2"}}, region=EU
            )
        },
        {
            "eu": stack(
                {
                    "aws_sqs_queue.peer": {},
                    # Neither of these is in a region of its own, and the third is not made here.
                    "aws_iam_role.role": {"region": US},
                    "kubernetes_secret_v1.secret": {},
                    "data.aws_kms_alias.peer": {"region": US},
                },
                region=EU,
            )
        },
        about="told once for a stack",
    ),
    Pair(
        "shared-by-regions-made-by-one",
        ["aws_iam_role.node"],
        {
            "us": stack({"aws_iam_role.node": {"name": "node"}, "aws_sqs_queue.queue": {}}, region=US),
            "eu": stack({f"aws_eks_node_group.{n}": {"node_role_arn": "role/node"} for n in "ab"}, region=EU),
        },
        {
            "us": stack({"aws_iam_role.node": {"name": "node"}, "aws_sqs_queue.queue": {}}, region=US),
            # The same word for something else.
            "eu": stack({"aws_eks_node_group.a": {"node_group_name": "node"}}, region=EU),
        },
        about="told once, and not for every word",
    ),
]
