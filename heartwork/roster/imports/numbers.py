"""Numbers of rows that are yet to be: taken in blocks from the database, so that nothing else takes them."""

from django.db import connection, models, transaction


def reserve(model: type[models.Model], count: int) -> range:
    """`count` row numbers of this model that no one else will be given, even if we never use them."""
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
            highest = cursor.fetchone()[0]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            if row := cursor.fetchone():
                highest = max(highest, row[0])
                cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [highest + count, table])
            else:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, highest + count])
            return range(highest + 1, highest + count + 1)
        while True:
            # Others may take a number at the same moment; then the block has a gap, and we take another.
            cursor.execute(
                "SELECT min(number), max(number) FROM "
                "(SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS number FROM generate_series(1, %s)) AS taken",
                [table, count],
            )
            first, last = cursor.fetchone()
            if last - first + 1 == count:
                return range(first, last + 1)


class Registry(dict[str, int]):
    """The number of each thing that others refer to, by the identifier the source gives it.

    Looking up with [] gives a new thing its number; `get` and `in` only look.
    """

    def __init__(self, model: type[models.Model]) -> None:
        known = model._default_manager.filter(source_id__isnull=False).values_list("source_id", "pk")
        super().__init__(known.iterator(chunk_size=20_000))
        self.model = model
        self.free = iter(range(0))
        self.block = 256

    def __missing__(self, source_id: str) -> int:
        number = next(self.free, None)
        if number is None:
            self.free = iter(reserve(self.model, self.block))
            self.block = min(self.block * 4, 262_144)
            number = next(self.free)
        self[source_id] = number
        return number

    def claim(self, source_ids: list[str]) -> list[int]:
        """The numbers of these things; new ones are given one."""
        return list(map(self.__getitem__, source_ids))
