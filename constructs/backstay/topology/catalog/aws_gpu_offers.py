"""Which GPU families AWS offers in which region.

EC2 DescribeInstanceTypeOfferings per region, as recorded in moto 5.2.5 (October 2026). A region that is missing here
was not recorded, so nothing is known of it; AWS adds families to regions every few weeks.
"""

from collections.abc import Mapping

OFFERS: Mapping[str, frozenset[str]] = {
    region: frozenset(families.split())
    for region, families in {
        "af-south-1": "g4dn",
        "ap-east-1": "g4dn g5",
        "ap-northeast-1": "g4dn g5 g5g g6 g6e g7e gr6 p3dn p4d p4de p5 p5en",
        "ap-northeast-2": "g4dn g5 g5g g6 g6e g7e gr6 p4d p5 p5en p6-b300",
        "ap-northeast-3": "g4dn g6e",
        "ap-south-1": "g4dn g5 g6 g6e g7e gr6 p4d p5 p5en p6-b200",
        "ap-south-2": "g6 g6e p6-b200 p6-b300",
        "ap-southeast-1": "g4dn g5g p4de",
        "ap-southeast-2": "g4dn g5 g6 gr6 p4d p5 p5e",
        "ap-southeast-3": "g5 g5g g7e p5 p5e p5en p6-b300",
        "ap-southeast-4": "",
        "ap-southeast-5": "g6 gr6",
        "ca-central-1": "g4dn g5 g6 gr6 p4d p5",
        "ca-west-1": "",
        "eu-central-1": "g4dn g5 g5g g6 g6e g7 g7e gr6 p4d p4de",
        "eu-central-2": "g6 gr6",
        "eu-north-1": "g4dn g5 g6 g6e g7 g7e gr6 p4d p5 p5e p5en p6-b200",
        "eu-south-1": "g4dn",
        "eu-south-2": "g5 g5g g6 g6e g7 g7e gr6 p5en",
        "eu-west-1": "g4dn g5 p3dn p4d",
        "eu-west-2": "g4dn g5 g6 g7e gr6 p4d p5 p5e",
        "eu-west-3": "g4dn g5 g6 gr6 p6-b200",
        "il-central-1": "g5 p4de",
        "me-central-1": "g5 g6 g6e p5en",
        "me-south-1": "g4dn",
        "sa-east-1": "g4dn g5 g6 gr6 p4d p5 p5e p6-b300",
        "us-east-1": "g4dn g5 g5g g6 g6e g7 g7e gr6 p3dn p4d p4de p5 p5en p6-b200 p6-b300",
        "us-east-2": "g4dn g5 g6 g6e g7 g7e gr6 p4d p5 p5e p5en p6-b200",
        "us-west-1": "g4dn p5 p5en",
        "us-west-2": "g4dn g5 g5g g6 g6e g7 g7e gr6 p3dn p4d p4de p5 p5e p5en p6-b200 p6-b300",
    }.items()
}
