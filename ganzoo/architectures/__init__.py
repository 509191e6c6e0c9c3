"""One file a family of networks; each family states the resolutions that it allows."""
