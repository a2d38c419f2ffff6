"""Small stacks, most of which need the AWS provider, with the names that the development environment gives them."""

from tests.terraform.apps import Stack

BUCKET = "acme-development--state-us-east-1"
STATE, REGION = "development-state-us-east-1", "development-us-east-1"
WORKLOADS = "development-us-east-1-workloads"
AZURE_STATE, AZURE_REGION = "development-state-westeurope", "development-westeurope"
AWS = {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}}


def kept_in_bucket(stack_name: str, stack: Stack) -> Stack:
    backend = {
        "bucket": BUCKET,
        "key": f"development/{stack_name}.tfstate",
        "region": "us-east-1",
        "use_lockfile": True,
    }
    return {"terraform": {"backend": {"s3": backend}}} | stack


def state_stack() -> Stack:
    stack = kept_in_bucket(
        STATE,
        {
            "provider": {"aws": [{"region": "us-east-1"}]},
            "resource": {
                "aws_s3_bucket": {"bucket": {"bucket": BUCKET, "force_destroy": True}},
                "aws_s3_bucket_versioning": {
                    "versioning": {
                        "bucket": "${aws_s3_bucket.bucket.id}",
                        "versioning_configuration": {"status": "Enabled"},
                    }
                },
            },
        },
    )
    stack["terraform"]["required_providers"] = AWS
    return stack


def region_stack() -> Stack:
    """A bucket that is protected in every way and not empty, and a machine image that AWS is presumed to publish."""
    image = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/nvidia/recommended/image_id"
    stack = kept_in_bucket(
        REGION,
        {
            "provider": {"aws": [{"region": "us-east-1"}]},
            "data": {"aws_ssm_parameter": {"image": {"name": image}}},
            "resource": {
                "aws_s3_bucket": {
                    "data": {
                        "bucket": "acme-development-data",
                        "force_destroy": False,
                        "lifecycle": {"prevent_destroy": True},
                    }
                },
                "aws_s3_object": {
                    "image": {
                        "bucket": "${aws_s3_bucket.data.id}",
                        "key": "image",
                        "content": "${nonsensitive(data.aws_ssm_parameter.image.value)}",
                    },
                },
            },
        },
    )
    stack["terraform"]["required_providers"] = AWS
    return stack


def workloads_stack() -> Stack:
    """A stack that the embedded cloud cannot hold."""
    kubernetes = {"kubernetes": {"source": "hashicorp/kubernetes", "version": "2.38.0"}}
    return {"terraform": {"required_providers": AWS | kubernetes}, "provider": {"aws": [{"region": "us-east-1"}]}}


def azure_stack() -> Stack:
    """A stack of another cloud, with its state there, that cannot be initialized anywhere near a test."""
    backend = {"azurerm": {"storage_account_name": "acmedevelopment", "container_name": "tfstate", "key": "state"}}
    azurerm = {"azurerm": {"source": "hashicorp/azurerm", "version": ">= 4.55.0, < 5.0.0"}}
    return {"terraform": {"backend": backend, "required_providers": azurerm}, "provider": {"azurerm": [{}]}}
