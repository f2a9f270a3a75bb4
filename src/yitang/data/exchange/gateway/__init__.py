"""The process that answers other organisations' signed calls. It knows no Django."""
