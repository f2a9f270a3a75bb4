"""What a script of SQL inserts or copies, read word by word and never run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from yitang.data.collection.errors import FileUnreadable
from yitang.ground.base.text import Message

from .copied import END, copied_values
from .created import Created, Key, created_table
from .values import Value, value_of
from .words import Token, Words

_MOST_COLUMNS = 50_000  # of all tables together; what they are called is kept to the end


@dataclass(frozen=True, slots=True)
class Tuple:
    """One row as the script writes it.

    Where it ``replaces`` others, those are the rows that have the same values in one of ``keys``;
    ``None`` where the script does not say by which columns.
    """

    table: str
    columns: tuple[str, ...]
    values: tuple[Value, ...]
    replaces: bool = False
    keys: tuple[Key, ...] | None = None


class Script:
    """A script in blocks of text; ``rows`` gives what it inserts, table by table as it comes."""

    def __init__(self, blocks: Iterable[str], *, file: str, escapes: bool) -> None:
        self._words = Words(blocks, file=file, escapes=escapes)
        self._escapes = escapes
        self._created: dict[str, Created] = {}
        self._inserted: defaultdict[str, int] = defaultdict(int)
        self._names: dict[str, str] = {}
        self._known: defaultdict[str, set[str]] = defaultdict(set)
        self._columns = 0

    def rows(self) -> Iterator[Tuple]:
        """Raises ``FileUnreadable`` for a script that ends amid a row, or whose table would be
        another than the rows it inserts."""
        begins = True  # whether a statement may begin here
        while (token := self._words.take()) is not None:
            begins = begins or token.begins_line
            word = token.low if token.sort == "word" and begins else ""
            if word in {"insert", "replace"}:
                yield from self._insert(replaces=word == "replace")
            elif word == "copy":
                yield from self._copy()
            elif word == "create":
                self._create()
            elif word in {"update", "delete", "merge", "truncate", "alter", "drop"}:
                self._changed(word)
            begins = word in {"go", "insert", "replace", "copy", "begin"} or token.text in {
                ";",
                "/",
            }

    # Statements

    def _insert(self, *, replaces: bool) -> Iterator[Tuple]:
        if self._words.is_mark("("):  # a function of that name
            return
        if self._words.is_word("or"):  # SQLite: INSERT OR REPLACE, INSERT OR IGNORE
            self._words.take()
            how = self._words.take()
            replaces = how is not None and how.low == "replace"
        self._words.skip({"ignore", "low_priority", "delayed", "into", "all"})
        table = self._words.name()
        columns = self._column_list() if self._words.is_mark("(") else None
        self._words.skip({"overriding", "system", "user"})
        word = self._words.take()
        if word is None or word.low not in {"values", "value"}:
            raise self._words.odd(
                Message(
                    "collection.why",
                    "it is an SQL script that fills {table} by a query; hand in the table it makes",
                    {"table": table},
                )
            )
        columns = self._columns_of(table, columns)
        keys = self._created.get(table.lower(), Created()).keys
        while True:
            values = self._values()
            yield self._row(table, columns, values, replaces=replaces, keys=keys)
            if not self._words.is_mark(","):
                break
            self._words.take()
        self._check_not_mended(table)

    def _copy(self) -> Iterator[Tuple]:
        """``COPY t (a, b) FROM stdin;`` and the lines after it, up to the one with the end."""
        if self._words.is_mark("("):  # the answer to a query, written elsewhere
            return
        table = self._words.name()
        columns = self._column_list() if self._words.is_mark("(") else None
        if not self._words.is_word("from"):
            return
        self._words.take()
        source = self._words.take()
        if source is None or source.low != "stdin" or not self._words.is_mark(";"):
            raise self._words.odd(
                Message(
                    "collection.why",
                    "it is an SQL script that copies rows of {table} from elsewhere or in a form"
                    " of its own; hand in the table it makes",
                    {"table": table},
                )
            )
        self._words.take()
        columns = self._columns_of(table, columns)
        booleans = self._created.get(table.lower(), Created()).booleans
        places = [at for at, name in enumerate(columns) if name in booleans]
        for line in self._words.lines():
            if line == END:
                return
            values = list(copied_values(line))
            self._words.check(len(values))
            for at in places:
                if at < len(values):
                    values[at] = {"t": "1", "f": "0"}.get(values[at] or "", values[at])
            yield self._row(table, columns, tuple(values))
        raise self._words.cut()

    def _row(
        self, table: str, columns: tuple[str, ...], values: tuple[Value, ...], *,
        replaces: bool = False, keys: tuple[Key, ...] | None = None,
    ) -> Tuple:  # fmt: skip
        self._inserted[table.lower()] += 1
        name = self._names.setdefault(table.lower(), table)
        return Tuple(name, columns, values, replaces, keys)

    def _check_not_mended(self, table: str) -> None:
        """``ON DUPLICATE KEY UPDATE``, ``ON CONFLICT … DO UPDATE``: rows change each other."""
        token = self._words.peek()
        if token is None or token.sort != "word" or token.low != "on":
            return
        while token is not None and token.text != ";":
            if token.low == "update":
                raise self._another(table)
            self._words.take()
            token = self._words.peek()

    def _create(self) -> None:
        self._words.skip({"global", "temporary", "unlogged"})
        word = self._words.take()
        if word is not None and word.low == "unique":  # CREATE UNIQUE INDEX i ON t (…)
            while (word := self._words.peek()) is not None and word.text != ";":
                self._words.take()
                if word.low == "on":
                    self._key_unknown(self._words.name())
                    return
        if word is None or word.low != "table":
            return
        self._words.skip({"if", "not", "exists"})
        table = self._words.name()
        if self._words.is_mark("("):
            self._created[table.lower()] = created_table(self._words)
            self._know(table, self._created[table.lower()].columns)

    def _know(self, table: str, columns: Iterable[str]) -> None:
        """Each column counts once, and a table without any as one."""
        is_new = table.lower() not in self._known
        known = self._known[table.lower()]
        self._columns += len(set(columns) - known) or is_new
        known.update(columns)
        if self._columns > _MOST_COLUMNS:
            raise self._words.odd(
                Message(
                    "collection.why",
                    "it is an SQL script whose tables have more than {most} columns in all;"
                    " hand in the tables one by one",
                    {"most": _MOST_COLUMNS},
                )
            )

    def _changed(self, verb: str) -> None:
        """Rows changed or taken away after they were written: the table is another."""
        self._words.skip({"from", "table", "into", "only", "ignore", "if", "exists"})
        token = self._words.peek()
        if token is None or token.sort not in {"word", "name"}:
            return
        table = self._words.name()
        if verb == "alter":
            self._key_unknown(table)
        elif self._inserted[table.lower()]:
            raise self._another(table)

    def _key_unknown(self, table: str) -> None:
        if (created := self._created.get(table.lower())) is not None:
            self._created[table.lower()] = replace(created, keys=None)

    # Their parts

    def _columns_of(self, table: str, named: tuple[str, ...] | None) -> tuple[str, ...]:
        """Those that were named, or with which the table was made."""
        if named is not None:
            self._know(table, named)
            return named
        if (created := self._created.get(table.lower())) is not None:
            return created.columns
        raise self._words.odd(
            Message(
                "collection.why",
                "it is an SQL script that names no columns of {table}; hand in the table it makes",
                {"table": table},
            )
        )

    def _column_list(self) -> tuple[str, ...]:
        names: list[str] = []
        self._words.take()
        while (token := self._words.take()) is not None and token.text != ")":
            if token.sort in {"word", "name"}:
                names.append(self._words.named(token))
            self._words.check(len(names))
        return tuple(names)

    def _values(self) -> tuple[Value, ...]:
        opening = self._words.take()
        if opening is None or opening.text != "(":
            raise self._words.cut()
        values, part, depth = list[Value](), list[Token](), 1
        while (token := self._words.take()) is not None:
            if token.sort == "mark":
                depth += (token.text == "(") - (token.text == ")")
                if not depth or (depth == 1 and token.text == ","):
                    self._check_quotes(part)
                    values.append(value_of(part, escapes=self._escapes))
                    part = []
                    if not depth:
                        return tuple(values)
                    continue
            part.append(token)
            self._words.check(len(values) + len(part))
        raise self._words.cut()

    def _check_quotes(self, part: Sequence[Token]) -> None:
        """A backslash may end a text or hide its end, and this script does not say which."""
        ends = [token.sort == "text" and token.text.endswith("\\'") for token in part[:-1]]
        if not self._escapes and any(ends):
            raise self._words.odd(
                Message(
                    "collection.why",
                    "it is an SQL script with a backslash before a quote that does not say for"
                    " which database it is; hand in the table it makes",
                )
            )

    def _another(self, table: str) -> FileUnreadable:
        return self._words.odd(
            Message(
                "collection.why",
                "it is an SQL script that changes rows of {table} after it wrote them;"
                " hand in the table it makes",
                {"table": table},
            )
        )
