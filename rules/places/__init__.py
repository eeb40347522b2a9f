"""Counties, cities and towns: which one a name in an article means."""
