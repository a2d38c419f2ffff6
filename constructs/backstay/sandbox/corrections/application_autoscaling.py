"""Application Auto Scaling."""

from __future__ import annotations

import json
from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead


@correction
def tag_targets() -> None:
    """A scalable target can have tags.

    Moto has no operation for them, and the provider reads them even when there are none.
    """
    from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Response
    from moto.core.exceptions import JsonRESTError

    def tags(self: Any, arn: str) -> dict[str, str]:
        for targets in self.applicationautoscaling_backend.targets.values():
            for target in targets.values():
                if target.arn == arn:
                    return target.__dict__.setdefault("tags", {})
        raise JsonRESTError("ResourceNotFoundException", f"No scalable target found for ARN: {arn}")

    @around(Response, "register_scalable_target")
    def register_scalable_target(original: Any, self: Any) -> str:
        answer = original(self)
        tags(self, json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags") or {})
        return answer

    @instead(Response, "list_tags_for_resource")
    def list_tags_for_resource(self: Any) -> str:
        return json.dumps({"Tags": tags(self, self._get_param("ResourceARN"))})

    @instead(Response, "tag_resource")
    def tag_resource(self: Any) -> str:
        tags(self, self._get_param("ResourceARN")).update(self._get_param("Tags"))
        return "{}"

    @instead(Response, "untag_resource")
    def untag_resource(self: Any) -> str:
        for key in self._get_param("TagKeys"):
            tags(self, self._get_param("ResourceARN")).pop(key, None)
        return "{}"
