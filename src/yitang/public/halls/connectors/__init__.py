"""Ways in: the table of a hall's matters."""

from .tables import COLUMNS, EXAMPLE, read_demands, read_demands_file

__all__ = ["COLUMNS", "EXAMPLE", "read_demands", "read_demands_file"]
