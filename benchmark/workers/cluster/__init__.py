"""Workers on other machines: a Ray cluster behind the interface of the pool of this host."""
