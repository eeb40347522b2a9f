"""The rules in use: read and kept safe while files change, pulled from git, and tried on what is stored."""
