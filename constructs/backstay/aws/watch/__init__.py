"""What is measured and alarmed on, and who is told."""
