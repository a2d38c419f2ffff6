"""What AWS lets an account run in a region: quotas of EC2, counted in virtual CPUs.

Codes, names and the classes of the usage metrics are those of recorded answers of ListServiceQuotas for `ec2` (read
2026-11, in public repositories). In a new account they are near zero
(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits).
"""

from backstay.topology.catalog.tables import Quota

QUOTAS = {
    "on-demand": {
        "g*": Quota("L-DB2E81BA", "Running On-Demand G and VT instances", "G/OnDemand"),
        "p*": Quota("L-417A185B", "Running On-Demand P instances", "P/OnDemand"),
    },
    "spot": {
        "g*": Quota("L-3819A6DF", "All G and VT Spot Instance Requests", "G/Spot"),
        "p[34]*": Quota("L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests", "P/Spot"),
        "p5*": Quota("L-C4BD4855", "All P5 Spot Instance Requests", "P5/Spot"),
    },
}
