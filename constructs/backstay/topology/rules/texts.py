"""Rules about texts that go into Terraform's own files as they are."""

from collections.abc import Iterator

from backstay.topology.rules.rule import Finding, RegionCase, region_rule

_TEMPLATES = ("${", "%{")


@region_rule("llm-service-is-no-template")
def llm_service_is_no_template(case: RegionCase) -> Iterator[Finding]:
    """Terraform would put something else in the place of what the server is told."""
    service = case.region.llm_service
    told = [(("image",), service.image), (("model",), service.model)]
    told += [(("arguments", index), argument) for index, argument in enumerate(service.arguments)]
    for place, text in told:
        if found := _template(text):
            yield (
                ("llm_service", *place),
                f"{text!r} holds {found!r}, which Terraform takes for its own; Kubernetes writes variables as $(NAME)",
            )


def _template(text: str) -> str | None:
    return next((mark for mark in _TEMPLATES if mark in text), None)
