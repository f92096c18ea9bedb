"""Readers: the bytes of a file to its documents. Each knows one format; ``readers`` above says which file is whose."""
