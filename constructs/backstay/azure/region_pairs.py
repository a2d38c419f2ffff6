"""The regions that Microsoft copies nothing from, since they have no pair.

https://learn.microsoft.com/azure/reliability/regions-list (August 2026). Geo-redundant storage goes to a region's pair.
"""

WITHOUT_PAIR = frozenset(
    {
        "austriaeast",
        "belgiumcentral",
        "chilecentral",
        "denmarkeast",
        "indonesiacentral",
        "israelcentral",
        "italynorth",
        "malaysiawest",
        "mexicocentral",
        "newzealandnorth",
        "polandcentral",
        "qatarcentral",
        "spaincentral",
    }
)
