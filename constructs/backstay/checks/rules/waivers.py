"""Waivers in the code are as good as those that people review."""

from backstay.checks.rule import RULES, Case, Found, rule
from backstay.checks.waivers import comment_waivers, refused
from backstay.topology.catalog import closest


@rule(
    "waiver-valid",
    what="a waiver in the code names a rule, a reason and the day on which it ends, which is not past",
    fix='write {"//": {"backstay": {"<rule>": {"reason": "...", "until": "2027-03-31"}}}}, or drop it',
    source="https://github.com/backstay/backstay/blob/main/docs/checks.md#waivers",
)
def waiver_valid(case: Case) -> Found:
    """A waiver for no rule protects nothing, and one that has ended must be decided again."""
    for place in (*case.stacks.all, *case.stacks.blocks):
        for id_, said in place.comment.items():
            if id_ not in RULES:
                meant = closest(id_, RULES)
                yield place, f"there is no rule {id_!r} to waive{f'; did you mean {meant!r}?' if meant else ''}"
            elif wrong := refused(id_, said):
                yield place, f"the waiver of {id_!r} cannot be read: {wrong}"
        for waiver in comment_waivers(place):
            if waiver.rule in RULES and waiver.until < case.today:
                yield place, f"the waiver of {waiver.rule!r} ended on {waiver.until}"
