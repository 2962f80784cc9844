"""From the document's schemas to pydantic models."""
