"""What AWS offers for data in several regions, and where."""

# What ElastiCache writes in front of a global datastore's name, by the region of its first cluster
# (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-CLI.html, read 2026-11).
# Regions that are not here have no global datastores.
GLOBAL_DATASTORE_PREFIXES = {
    "ap-east-1": "knjmp",
    "ap-northeast-1": "quwsw",
    "ap-northeast-2": "lfqnh",
    "ap-northeast-3": "nlapn",
    "ap-south-1": "erpgt",
    "ap-southeast-1": "vlqxn",
    "ap-southeast-2": "vbgxd",
    "ca-central-1": "bxodz",
    "cn-north-1": "emvgo",
    "cn-northwest-1": "ckbem",
    "eu-central-1": "iudkw",
    "eu-west-1": "gxeiz",
    "eu-west-2": "okuqm",
    "eu-west-3": "fgjhi",
    "sa-east-1": "juxlw",
    "us-east-1": "ldgnf",
    "us-east-2": "fpkhr",
    "us-west-1": "virxk",
    "us-west-2": "sgaui",
}

# Copies that a global datastore has besides its first cluster
# (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Getting-Started.html).
MOST_GLOBAL_DATASTORE_COPIES = 2

# Regions that may hold one strongly consistent table together, three at a time
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html, read 2026-11).
STRONG_CONSISTENCY_SETS = (
    frozenset({"us-east-1", "us-east-2", "us-west-2"}),
    frozenset({"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"}),
    frozenset({"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"}),
)
