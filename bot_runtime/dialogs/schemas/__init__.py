"""The shapes of a workspace's files, and whether a file fits."""
