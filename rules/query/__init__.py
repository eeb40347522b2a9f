"""The query language: its grammar and tree, how words fold, and the syntax of other tools."""
