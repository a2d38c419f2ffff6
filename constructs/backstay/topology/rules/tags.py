"""Rules about tags: each cloud takes others."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backstay.topology.cloud import Cloud
from backstay.topology.labels import fitting
from backstay.topology.rules.rule import Case, Finding, rule

# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
_TAG_KEY, _TAG_VALUE, _TAGS = 128, 256, 40
_TAG_TEXT = re.compile(r"[\w\s.:/=+@-]*")
# https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/tag-resources#limitations
_NOT_ON_AZURE, _AZURE_PREFIXES = re.compile(r"[<>%&\\?/]"), ("microsoft", "azure", "windows")


@rule("tags-fit")
def tags_fit(case: Case) -> Iterator[Finding]:
    """Tags that a cloud refuses, or that hide who owns a thing, are found too late."""
    tags = case.environment.tags
    if len(tags) > _TAGS:
        yield ("tags",), f"there are {len(tags)} tags; {_TAGS} are allowed, besides those that Backstay sets"
    own = {"Environment": case.environment.name, "Application": case.environment.application, "ManagedBy": "terraform"}
    known = {key.casefold(): key for key in [*tags, *own]}
    for key, value in tags.items():
        place = ("tags", key)
        if key.lower().startswith("aws:") or not 1 <= len(key) <= _TAG_KEY or len(value) > _TAG_VALUE:
            yield (
                place,
                f"tag {key[:40]!r} is not allowed: keys have 1 to {_TAG_KEY} characters and no prefix aws:, "
                f"values up to {_TAG_VALUE} characters",
            )
        elif not (_TAG_TEXT.fullmatch(key) and _TAG_TEXT.fullmatch(value)):
            yield (
                place,
                f"tag {key!r} with value {value!r} is not allowed: "
                "tags hold letters, digits, blanks and . : / = + @ - _",
            )
        elif own.get(key, value) != value:
            yield place, f"tag {key!r} is {value!r}, but Backstay sets it to {own[key]!r}; leave it out"
        # IAM, Azure and Google Cloud all take keys that differ in case for the same.
        elif known[key.casefold()] != key:
            yield place, f"tags {key!r} and {known[key.casefold()]!r} differ in case only; rename one, or leave it out"


@rule("tags-fit-azure")
def tags_fit_azure(case: Case) -> Iterator[Finding]:
    """Azure refuses some characters and beginnings that AWS takes."""
    if not _has(case, Cloud.AZURE):
        return
    for key in case.environment.tags:
        if _NOT_ON_AZURE.search(key) or key.lower().startswith(_AZURE_PREFIXES):
            yield (
                ("tags", key),
                f"tag {key!r} is not allowed on azure: keys have none of < > % & \\ ? / "
                f"and do not begin with {', '.join(_AZURE_PREFIXES)}",
            )


@rule("tags-fit-google")
def tags_fit_google(case: Case) -> Iterator[Finding]:
    """Google Cloud writes tags as labels, in lower case, so that two tags can become one label."""
    if not _has(case, Cloud.GOOGLE):
        return
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for key in case.environment.all_tags:
        alike[fitting(key)].append(key)
    for label, keys in alike.items():
        if len(keys) > 1:
            yield (
                ("tags", next(key for key in keys if key in case.environment.tags)),
                f"tags {' and '.join(map(repr, keys))} are one label on google, {label!r}; rename one",
            )
        elif not re.match("[a-z]", label):
            yield ("tags", keys[0]), f"tag {keys[0]!r} is not allowed on google: keys begin with a letter"


def _has(case: Case, cloud: Cloud) -> bool:
    return any(region.cloud is cloud for region in case.environment.regions.values())
