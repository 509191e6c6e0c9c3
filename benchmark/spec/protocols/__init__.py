"""Protocols of the field, a TOML file each: how papers trained, searched and scored."""
