"""The stack by which a region copies what it holds to others."""

from cdktf import TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment, Region, S3State
from backstay.topology.links import others


class LinkStack(TerraformStack):
    """What a region pushes: states and artifacts to its peer, and what every region has to have at hand to all.

    Buckets and registries have one list of rules each, so a region has one link, whose stack is named for the peer.
    It is deployed after every region that it copies to, whose buckets it finds by their computed names, and planned
    with all of them gone. Destroying it stops the copying and deletes no copy.
    """

    def __init__(self, scope: Construct, *, environment: Environment, source: Region, target: Region) -> None:
        """Link a region to its peer.

        Args:
            scope: the app.
            environment: what the regions are part of.
            source: the region that copies; the stack and its state are there.
            target: its peer.

        Raises:
            ValueError: when the cloud of the regions has no replication to build.
        """
        here, there, names = source.location, target.location, environment.names
        super().__init__(scope, names.link_stack(here, there))
        kit = clouds.kit(environment, source)
        if kit.recovery is None:
            raise ValueError(f"{source.cloud} copies nothing from region to region by a stack of its own")
        recovery = kit.recovery
        kit.attach_provider(self)
        require_terraform(self, attach_backend(self, environment=environment, region=source))

        everywhere = others(environment, source)
        link = {"region": here, "names": names}
        if isinstance(environment.state_of(source), S3State):
            self.state = recovery.bucket_replication(self, "state", purpose="state", targets=[there], **link)
        if artifacts := environment.data.artifacts:
            targets = everywhere if artifacts.copies == "everywhere" else [there]
            self.artifacts = recovery.bucket_replication(
                self, "artifacts", purpose="artifacts", targets=targets, **link
            )
        images = environment.data.images
        if images and images.replication_rules == "written":
            self.images = recovery.image_replication(self, "images", spec=images, targets=everywhere, **link)
