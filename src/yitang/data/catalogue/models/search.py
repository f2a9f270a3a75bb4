"""The inverted index of the search: where each token stands, and what facets count."""

from __future__ import annotations

from django.db import models


class Posting(models.Model):
    """The entries of one block that hold ``token``."""

    token = models.CharField(max_length=8)
    block = models.PositiveIntegerField()
    members = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("token", "block"), name="posting_once"),)

    def __str__(self) -> str:
        return f"{self.token} {self.block}"


class FacetBlock(models.Model):
    """The facets of the entries of one block, a column each."""

    block = models.PositiveIntegerField(unique=True)
    columns = models.BinaryField()

    def __str__(self) -> str:
        return str(self.block)


class IndexedEntry(models.Model):
    """The tokens an entry was indexed with, so that they can be taken out again."""

    dataset = models.OneToOneField(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    tokens = models.BinaryField()  # compressed, one a line

    def __str__(self) -> str:
        return str(self.dataset_id)
