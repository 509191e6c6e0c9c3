"""The networks whose features are compared, a file each; `catalog.py` lists them."""
