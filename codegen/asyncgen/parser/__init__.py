"""From bytes to a Document: loading, references, one reader a major version, and what the specification forbids."""
