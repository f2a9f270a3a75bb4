"""Where datasets are fetched from: the list, one source, registering, trying and fetching it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yitang.data.catalogue.api import Dataset, all_datasets, dataset_for
from yitang.data.catalogue.rules import UPDATE_CYCLES
from yitang.data.collection import api as collection
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now, translated

from .attempts import attempted
from .forms import SourceForm
from .views import understood_words
from .words import FETCH_WORDS, KIND_WORDS, MODE_WORDS


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as pages show it, at one moment."""

    source: collection.Source
    at: datetime

    @property
    def place(self) -> str:
        return collection.shown_place(self.source)

    @property
    def late(self) -> datetime | None:
        return self.source.late_since(self.at)

    @property
    def cycle(self) -> Message:
        return UPDATE_CYCLES[self.source.running_cycle]

    @property
    def kind(self) -> str:
        return KIND_WORDS.get(self.source.kind, self.source.kind)

    @property
    def mode(self) -> str:
        return MODE_WORDS[self.source.mode]

    @property
    def state(self) -> str:
        """How it stands, as a tone."""
        if self.source.said:
            return "late"
        return "late" if self.late else "done" if self.source.succeeded_at else "soon"


@dataclass(frozen=True, slots=True)
class FetchRow:
    """One fetch as the page of its source shows it."""

    fetch: collection.Fetch

    @property
    def outcome(self) -> str:
        return FETCH_WORDS[self.fetch.outcome]


def sources(request: HttpRequest) -> HttpResponse:
    """Where one's datasets are fetched from, when next, and how the last fetch went."""
    user = _user(request)
    rows = [SourceRow(one, now()) for one in collection.sources_for(user)]
    rows.sort(key=lambda row: (row.late is None, not row.source.said, row.source.dataset.name))
    return render(request, "collection/sources.html", {"rows": rows, "may_add": _without(user)})


def new(request: HttpRequest) -> HttpResponse:
    """Register where a dataset of one's own is fetched from."""
    user = _user(request)
    choices = _without(user)
    form = SourceForm(
        request.POST or None, datasets=choices, places=collection.can_name_places(user)
    )
    form.initial["dataset"] = request.GET.get("dataset", "")[:60]
    if form.is_valid():
        entry = dataset_for(user, form.cleaned_data["dataset"])
        if _registered(form, entry, user):
            return redirect("collection:source", code=entry.code)
    context = {"form": form, "source": None}
    return render(request, "collection/source_form.html", context, status=_status(form))


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change where a dataset is fetched from; a password is kept unless a new one is given."""
    user = _user(request)
    source = collection.source_for(user, code)
    form = SourceForm(request.POST or None, places=collection.can_name_places(user), source=source)
    if form.is_valid() and _registered(form, source.dataset, user):
        return redirect("collection:source", code=code)
    context = {"form": form, "source": source}
    return render(request, "collection/source_form.html", context, status=_status(form))


def source(request: HttpRequest, code: str) -> HttpResponse:
    """One source: what is known of it, what went wrong, and its latest fetches."""
    return _page(request, collection.source_for(_user(request), code))


@require_POST
def try_out(request: HttpRequest, code: str) -> HttpResponse:
    """What would be understood of its first rows; nothing is gathered."""
    user = _user(request)
    found = collection.source_for(user, code)
    trial = attempted(lambda: collection.try_source(source=found, actor=user, at=now()))
    if isinstance(trial, DomainError):
        return _page(request, found, problem=trial)
    return _page(request, found, trial=trial)


@require_POST
def fetch(request: HttpRequest, code: str) -> HttpResponse:
    """Fetch it now; the receipt, or the source with what went wrong."""
    user = _user(request)
    found = collection.source_for(user, code)
    given = attempted(lambda: collection.gather_source(source=found, actor=user, at=now()))
    if isinstance(given, DomainError):  # kept with the source, whose page says it
        return _page(request, collection.source_for(user, code))
    if len(given) == 1:
        address = redirect("collection:receipt", number=given[0].number)
        address["Location"] += "?repeated=1" if given[0].repeated else ""
        return address
    return redirect("collection:source", code=code)


def _page(
    request: HttpRequest,
    source: collection.Source,
    *,
    trial: collection.Trial | None = None,
    problem: DomainError | None = None,
) -> HttpResponse:
    said = problem or source.problem
    context = {
        "row": SourceRow(source, now()),
        "source": source,
        "has_secret": collection.has_secret(source),
        "said": translated(said) if said else "",
        "fetches": [FetchRow(one) for one in collection.fetches_of(source)],
        "trial": trial,
        "understood": understood_words(trial.understood) if trial else [],
    }
    return render(request, "collection/source.html", context, status=200 if not problem else 422)


def _registered(form: SourceForm, entry: Dataset, user: User) -> bool:
    made = attempted(
        lambda: collection.register_source(
            dataset=entry, actor=user, at=now(), mapping=form.mapping, **form.place
        )
    )
    if isinstance(made, DomainError):  # said above the form, in which nothing is lost
        form.add_error(None, translated(made))
        return False
    return True


def _without(user: User) -> list[Dataset]:
    """Datasets of one's own that are fetched from nowhere yet."""
    known = {one.dataset_id for one in collection.sources_for(user)}
    return [
        one for one in all_datasets() if one.pk not in known and collection.can_hand_in(user, one)
    ]


def _status(form: SourceForm) -> int:
    return 422 if form.is_bound else 200


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.hand_in")
    if not isinstance(request.user, User):
        raise Http404
    return request.user
