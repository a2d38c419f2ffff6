from tests.checks.example import single

GOOD = {"store-public": {"reason": "a public data set", "until": "2027-03-31"}}


def waived(said: object, *, within: str = "") -> dict[str, object]:
    comment = {"//": {"backstay": said}}
    return {within: comment} if within else comment


PAIRS = [
    single("waiver-valid", "aws_s3_bucket", fires=waived({"store-publik": GOOD["store-public"]}), silent=waived(GOOD)),
    single(
        "waiver-valid",
        "aws_s3_bucket",
        fires=waived({"store-public": {"reason": "a public data set"}}),
        silent=waived(GOOD),
        about="without an end",
    ),
    single(
        "waiver-valid",
        "aws_s3_bucket",
        fires=waived({"store-public": "because"}),
        silent=waived(GOOD),
        about="of another form",
    ),
    single(
        "waiver-valid",
        "aws_s3_bucket",
        fires=waived({"store-public": GOOD["store-public"] | {"until": "2026-11-30"}}, within="lifecycle"),
        silent=waived({"store-public": GOOD["store-public"] | {"until": "2026-12-01"}}, within="lifecycle"),
        about="that has ended",
    ),
]
