"""What runs inside a cluster, whichever cloud the cluster is in."""
