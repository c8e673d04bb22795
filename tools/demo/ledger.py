"""Attempts against the ledger in the files' footers: what is not a row was refused, exactly."""

import json

KEY = b"parquet_flow.ledger"
FATES = ("rows", "refused", "aborted", "rejected", "write_lost")


def read(path):
    """The ledger in the footer of one file."""
    try:
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        import duckdb

        rows = duckdb.execute("select key, value from parquet_kv_metadata(?)", [str(path)])
        found = dict(rows.fetchall())
    else:
        found = pq.read_metadata(path).metadata
    return json.loads(found[KEY])


def producers_of(paths):
    """(lines, wrong): each producer's ledger over all files, in the order of the files, and what is
    wrong with it."""
    lines, wrong = {}, []
    for path in paths:
        for session in read(path)["sessions"]:
            for entry in session["producers"]:
                line = lines.setdefault(entry["producer"], {"name": entry["name"], "last": 0,
                                                            **dict.fromkeys(FATES, 0)})
                if entry["previous"] != line["last"]:
                    wrong.append(f"{path}: the attempts of {entry['name']} begin behind "
                                 f"{entry['previous']}, those of the file before end at "
                                 f"{line['last']}")
                if entry["last"] - entry["previous"] != sum(entry[fate] for fate in FATES):
                    wrong.append(f"{path}: the ledger of {entry['name']} does not add up")
                line["last"] = entry["last"]
                for fate in FATES:
                    line[fate] += entry[fate]
    return lines, wrong


def compare(lines, attempts):
    """What the rows say against the ledger's lines; sentences about what differs.

    attempts   {producer: (rows, distinct attempts, last attempt, gaps up to there)}
    """
    wrong = [f"producer {producer} has rows and no ledger"
             for producer in attempts.keys() - lines.keys()]
    for producer, line in lines.items():
        rows, distinct, last, gaps = attempts.get(producer, (0, 0, 0, 0))
        if rows != distinct:
            wrong.append(f"{line['name']}: {rows - distinct} attempts stand in two rows")
        if rows != line["rows"]:
            wrong.append(f"{line['name']}: {rows} rows, {line['rows']} in the ledger")
        if last > line["last"]:
            wrong.append(f"{line['name']}: a row behind the ledger's last attempt")
        gaps += line["last"] - last  # those behind the last row
        if gaps != line["last"] - line["rows"]:
            wrong.append(f"{line['name']}: {gaps} attempts are missing, "
                         f"{line['last'] - line['rows']} by the ledger")
        line["gaps"] = gaps
    return wrong
