"""What can be wrong before Terraform has anything to say."""


class TerraformError(Exception):
    """Terraform cannot be run, or what it should run on is unusable; the message says what to do."""


class TerraformNotFoundError(TerraformError):
    """No usable Terraform or OpenTofu on this machine."""


class ProviderMirrorError(TerraformError):
    """The directory named as a provider mirror is not laid out as one."""


class ManifestError(TerraformError):
    """The synthesized output is missing or cannot be read."""
