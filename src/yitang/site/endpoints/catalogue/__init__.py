"""The catalogue as JSON: entries, their versions and drafts, the feed of changes."""

from ninja import Router

from . import datasets, versions

router = Router(tags=["catalogue"], auth=None)
router.add_router("", datasets.router)
router.add_router("", versions.router)

__all__ = ["router"]
