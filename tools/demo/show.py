"""Shows what pf_demo captured, as another reader sees it: first rows, totals, and the proof that
nothing was lost in silence.

Usage: show.py FOLDER [--reader duckdb|pyarrow]
Exit status 1 when rows, gaps in the attempts and ledger disagree, or when there are no files.
"""

import argparse
import decimal
import pathlib
import sys

import ledger
import readers


CELL_COLUMNS_MAX = 96
NUMBERS = (int, decimal.Decimal)


def text(value):
    if value is None:
        return "-"
    if isinstance(value, NUMBERS):
        return f"{value:,}".replace(",", " ")
    if isinstance(value, list):
        return "[" + ", ".join(text(element) for element in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {text(inner)}" for key, inner in value.items()) + "}"
    return str(value)


def cut(cell):
    return cell if len(cell) <= CELL_COLUMNS_MAX else cell[:CELL_COLUMNS_MAX - 3] + "..."


def of_day(ns):
    """Nanoseconds since midnight, or since 1970, as a time of the day."""
    seconds, ns = divmod(ns, 10**9)
    hours, seconds = divmod(seconds % 86_400, 3600)
    return f"{hours:02}:{seconds // 60:02}:{seconds % 60:02}.{ns:09}"


def table(header, rows, indent="  "):
    """Columns as wide as their widest cell; numbers to the right."""
    right = [all(isinstance(row[i], (*NUMBERS, type(None))) for row in rows)
             for i in range(len(header))]
    cells = [header, *([cut(text(cell)) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    for number, row in enumerate(cells):
        line = "  ".join(cell.rjust(width) if to_right else cell.ljust(width)
                         for cell, width, to_right in zip(row, widths, right))
        print((indent + line).rstrip())
        if number == 0:
            print(indent + "  ".join("-" * width for width in widths))
    print()


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def show_itch(reader):
    columns = ["capture_time", "attempt", "message_type", "timestamp", "stock", "order_reference",
               "side", "shares", "price"]
    rows = [(of_day(row[0]), row[1], row[2], of_day(row[3]), *row[4:])
            for row in reader.first_rows(columns, 10)]
    print("First rows (nanoseconds kept, prices as DECIMAL(10, 4)):\n")
    table(columns, rows)
    count = reader.row_count()
    print("Messages by type:\n")
    table(["type", "rows", "share"],
          [(kind, rows, share(rows, count)) for kind, rows in reader.rows_by("message_type")])
    trades = reader.trades()
    print(f"Trades (types {', '.join(readers.TRADES)}), the five stocks of the highest value:\n")
    table(["stock", "trades", "shares", "value"], trades[:5])
    total = sum(value for *_, value in trades)
    print(f"  traded value of all {text(len(trades))} stocks: {text(total)}\n")


def show_contacts(reader):
    columns = ["capture_time", "producer", "attempt", "name", "phones"]
    rows = [(of_day(row[0]), *row[1:]) for row in reader.first_rows(columns, 10)]
    print("First rows (a list of structs, each field of which may be null):\n")
    table(columns, rows)
    count = reader.row_count()
    without_name, names, without_list, phones = reader.contacts()
    print("Totals:\n")
    table(["", "rows", "share"], [
        ("contacts", count, ""),
        ("without a name", without_name, share(without_name, count)),
        ("distinct names", names, share(names, count - without_name)),
        ("without a list of phones", without_list, share(without_list, count)),
        *((f"with {number} phone{'s' if number != 1 else ''}", rows, share(rows, count))
          for number, rows in reader.phones_per_contact()),
        ("phones", phones, ""),
    ])


def show_orders(reader):
    columns = ["capture_time", "attempt", "time", "symbol", "event", "side", "price", "quantity",
               "filled", "account"]
    rows = [(of_day(row[0]), row[1], of_day(row[2]), *row[3:])
            for row in reader.first_rows(columns, 10)]
    print("First rows (fields of a C struct, prices as DECIMAL(18, 4), null for market orders):\n")
    table(columns, rows)
    count = reader.row_count()
    print("Orders by event:\n")
    table(["event", "rows", "share"],
          [(kind, rows, share(rows, count)) for kind, rows in reader.rows_by("event")])


def show_ledger(paths, reader):
    """Sentences about what is wrong."""
    lines, wrong = ledger.producers_of(paths)
    wrong += ledger.compare(lines, reader.attempts())
    print("Attempts, counted in the column `attempt`, against the ledger in the footers:\n")
    table(["producer", "attempts", "rows", "gaps found", "refused", "other losses", "share kept"],
          [(line["name"], line["last"], line["rows"], line["gaps"], line["refused"],
            line["aborted"] + line["rejected"] + line["write_lost"],
            share(line["rows"], line["last"])) for line in lines.values()])
    for sentence in wrong:
        print(f"  WRONG: {sentence}")
    if not wrong:
        print("  rows + refused + other losses = attempts, for each producer and file.\n")
    return wrong


TOTALS = {"itch": show_itch, "contacts": show_contacts, "orders": show_orders}


def show(folder, reader_kind):
    """Sentences about what is wrong."""
    paths = sorted(folder.glob("date=*/*.parquet"))
    if not paths:
        return [f"{folder}: no files"]
    reader = readers.open_files(paths, reader_kind)
    size = sum(path.stat().st_size for path in paths)
    print(f"== {folder}: {text(reader.row_count())} rows, {text(size)} bytes in {len(paths)} "
          f"file{'s' if len(paths) != 1 else ''}, read by {reader.name}\n")
    if folder.name in TOTALS:
        TOTALS[folder.name](reader)
    return show_ledger(paths, reader)


def main():
    parser = argparse.ArgumentParser(description="shows what pf_demo captured")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--reader", choices=["duckdb", "pyarrow"])
    arguments = parser.parse_args()
    wrong = []
    for name in ("itch", "contacts", "orders", "overload"):
        wrong += show(arguments.folder / name, arguments.reader)
    for sentence in wrong:
        print(f"show.py: {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
