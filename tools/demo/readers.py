"""Two readers that nobody here wrote, DuckDB and pyarrow, asked the same questions.

Times come back as nanoseconds (since 1970 UTC, or since midnight), all else as Python's own types.
"""

TRADES = "PQ"  # the message types that name stock, shares and price of a trade


class DuckDb:
    def __init__(self, paths):
        import duckdb

        self.name = f"DuckDB {duckdb.__version__}"
        self._connection = duckdb.connect()
        self._connection.execute("set threads to 2")
        self._connection.read_parquet([str(path) for path in paths]).create_view("files")

    def _rows(self, query, *parameters):
        return self._connection.execute(query, parameters).fetchall()

    def row_count(self):
        return self._rows("select count(*) from files")[0][0]

    def first_rows(self, columns, count):
        """Rows in the order of producer and attempt, turn about; times as nanoseconds."""
        types = {name: str(kind) for name, kind, *_ in self._rows("describe files")}
        shown = [f"epoch_ns({c})" if types[c].startswith("TIME") else c for c in columns]
        return self._rows(
            f"select {', '.join(shown)} from files order by attempt, producer limit {count}")

    def rows_by(self, column):
        return self._rows(f"select {column}, count(*) from files group by 1 order by 2 desc, 1")

    def trades(self):
        """(stock, messages, shares, value) of each stock, the highest value first."""
        return self._rows("""
            select stock, count(*), sum(shares)::bigint,
                   sum(shares::decimal(18, 0) * price) as value
            from files where contains(?, message_type)
            group by stock order by value desc, stock""", TRADES)

    def contacts(self):
        """(contacts without a name, distinct names, without a list, phones)"""
        return self._rows("""
            select count(*) - count(name), count(distinct name), count(*) - count(phones),
                   coalesce(sum(len(phones)), 0)::bigint from files""")[0]

    def phones_per_contact(self):
        return self._rows("select len(phones), count(*) from files where phones is not null "
                          "group by 1 order by 1")

    def attempts(self):
        """{producer: (rows, distinct attempts, last attempt, gaps up to there)}"""
        rows = self._rows("""
            select producer, count(*), count(distinct attempt), max(attempt), sum(gap)::bigint
            from (select producer, attempt, attempt - 1 - lag(attempt, 1, 0::bigint)
                      over (partition by producer order by attempt) as gap from files)
            group by 1 order by 1""")
        return {producer: tuple(rest) for producer, *rest in rows}


class Arrow:
    def __init__(self, paths):
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        self.name = f"pyarrow {pa.__version__}"
        self._pa, self._pc = pa, pc
        # Each path by itself: the dates in their folders are no columns here.
        self._table = pa.concat_tables(pq.ParquetFile(path).read() for path in paths)

    def row_count(self):
        return self._table.num_rows

    def first_rows(self, columns, count):
        keys = ["attempt", "producer"]
        first = self._pc.select_k_unstable(self._table.select(keys), count,
                                           [(key, "ascending") for key in keys])
        rows = self._table.select(columns).take(first)
        for i, field in enumerate(rows.schema):
            if self._pa.types.is_temporal(field.type):
                rows = rows.set_column(i, field.name, rows.column(i).cast("int64"))
        return list(zip(*(column.to_pylist() for column in rows.columns)))

    def _counts(self, values):
        return [(entry["values"], entry["counts"]) for entry in values.value_counts().to_pylist()]

    def rows_by(self, column):
        counts = self._counts(self._table.column(column))
        return sorted(counts, key=lambda entry: (-entry[1], entry[0]))

    def trades(self):
        pa, pc = self._pa, self._pc
        table = self._table.select(["message_type", "stock", "shares", "price"])
        table = table.filter(pc.is_in(table["message_type"], pa.array(list(TRADES))))
        value = pc.multiply(table["shares"].cast(pa.decimal128(19, 0)), table["price"])
        sums = table.append_column("value", value).group_by("stock").aggregate(
            [("shares", "count"), ("shares", "sum"), ("value", "sum")])
        rows = zip(*(sums[name].to_pylist()
                     for name in ("stock", "shares_count", "shares_sum", "value_sum")))
        return sorted(rows, key=lambda row: (-row[3], row[0]))

    def contacts(self):
        names, phones = self._table["name"], self._table["phones"]
        return (names.null_count, self._pc.count_distinct(names).as_py(), phones.null_count,
                self._pc.sum(self._pc.list_value_length(phones)).as_py() or 0)

    def phones_per_contact(self):
        lengths = self._pc.list_value_length(self._table["phones"]).drop_null()
        return sorted(self._counts(lengths))

    def attempts(self):
        pc = self._pc
        found = {}
        for producer in sorted(pc.unique(self._table["producer"]).to_pylist()):
            attempts = self._table.filter(pc.equal(self._table["producer"], producer))["attempt"]
            distinct, last = pc.count_distinct(attempts).as_py(), pc.max(attempts).as_py()
            found[producer] = (len(attempts), distinct, last, last - distinct)
        return found


def open_files(paths, reader):
    """`reader`: "duckdb", "pyarrow", or None for the first of them that is installed."""
    kinds = {"duckdb": DuckDb, "pyarrow": Arrow}
    for kind in [reader] if reader else kinds:
        try:
            return kinds[kind](paths)
        except ModuleNotFoundError:
            if reader:
                raise
    raise ModuleNotFoundError("neither duckdb nor pyarrow is installed")
