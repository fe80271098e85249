"""The working year."""
