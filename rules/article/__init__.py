"""An article as text: words, sentences, zones and language."""
