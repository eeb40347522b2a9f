"""Matching: compiled rules over one article, with evidence, prominence, stance, relevance and the explanation."""
