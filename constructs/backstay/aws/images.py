"""Container images."""

import json

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
from cdktf_cdktf_provider_aws.ecr_repository import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws.policy import allow, document
from backstay.outputs import ImagesOutputs, KeyOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.data import ImagesSpec

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_PUSH = ("ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart")

# An image without a tag is what a push that failed, or an old index, has left.
_UNTAGGED_DAYS = 30


class ImageRepositories(Construct):
    """Pull images from the region that they run in, so that machines start there with every other region gone.

    A tag stays what it is: it cannot be pushed twice, so a region cannot run another image under the same name. Images
    with a tag are never deleted by a rule; those without one go after 30 days.

    Survives: the loss of every other region; with `ImageReplication`, the loss of its own, once an image is copied.
    Does not survive: an image that was pushed and not yet copied when the region is lost.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: ImagesSpec,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        disposable: bool = False,
    ) -> None:
        """Make the repositories.

        Args:
            scope: what they are part of.
            id_: their id there.
            spec: which repositories.
            region: where they live.
            names: the environment's names.
            key: encrypts the images; it must be for images.
            disposable: whether an apply may delete them with all their images.
        """
        super().__init__(scope, id_)
        self.region = region
        self.repositories = {
            name: ImageRepository(self, name, name=names.repository(name), key=key, disposable=disposable)
            for name in spec.repositories
        }
        self.outputs = ImagesOutputs(
            urls={name: made.repository.repository_url for name, made in self.repositories.items()},
            ids={name: made.repository.arn for name, made in self.repositories.items()},
        )

    def grant_pull(self, role: IamRole) -> IamRolePolicy:
        """Let `role` pull images."""
        return self._grant(role, "pull-images", [*_PULL])

    def grant_push(self, role: IamRole) -> IamRolePolicy:
        """Let `role` push images, and pull them."""
        return self._grant(role, "push-images", [*_PULL, *_PUSH])

    def _grant(self, role: IamRole, name: str, actions: list[str]) -> IamRolePolicy:
        # A token is for the registry, so no repository can be named.
        log_in = allow(["ecr:GetAuthorizationToken"], ["*"], sid="LogIn")
        policy = document(log_in, allow(actions, [*self.outputs.ids.values()], sid="Images"))
        # The role is the scope, since two roles of different constructs may have the same id.
        return IamRolePolicy(role, name, name=name, role=role.name, policy=policy)


class ImageRepository(Construct):
    """One repository of `ImageRepositories`, whose docstring says what it survives."""

    def __init__(self, scope: Construct, id_: str, *, name: str, key: KeyOutputs, disposable: bool) -> None:
        super().__init__(scope, id_)
        self.repository = EcrRepository(
            self,
            "repository",
            name=name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=EcrRepositoryImageScanningConfiguration(scan_on_push=True),
            encryption_configuration=[EcrRepositoryEncryptionConfiguration(encryption_type="KMS", kms_key=key.id)],
            force_delete=disposable,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        expire_untagged = {
            "rulePriority": 1,
            "description": "what a failed push or an old index has left",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": _UNTAGGED_DAYS,
            },
            "action": {"type": "expire"},
        }
        self.expiry = EcrLifecyclePolicy(
            self, "expiry", repository=self.repository.name, policy=json.dumps({"rules": [expire_untagged]})
        )
