"""RowGroup.sorting_columns held against the rows: named where they are sorted, and only there.

A row next to a NaN is out of order where floats have the order of their type: readers disagree on
NaN's place. In IEEE 754's total order it has one.
"""

import bounds
import description as d
import page_checks

BEFORE, EQUAL, AFTER = -1, 0, 1


def value_at(path, row):
    for name in path.split("."):
        row = None if row is None else row[name]
    return row


def compare(file, node, a, b, nulls_first):
    """How `b` stands to `a` in ascending order; None where that is not said."""
    if a is None or b is None:
        if a is None and b is None:
            return EQUAL
        return AFTER if (a is None) == nulls_first else BEFORE
    if page_checks.is_total(file, node):
        a, b = (page_checks.total_order_key(node, value) for value in (a, b))
    elif node["of"] in bounds.FLOATS and (a != a or b != b):
        return None
    if a == b:
        return EQUAL
    return AFTER if a < b else BEFORE


def step(file, columns, before, row):
    """Whether `row` may follow `before`."""
    for node, path, descending, nulls_first in columns:
        a, b = value_at(path, before), value_at(path, row)
        found = compare(file, node, a, b, nulls_first)
        if found is None:
            return False
        if found != EQUAL:
            turned = descending and a is not None and b is not None
            return found == (BEFORE if turned else AFTER)
    return True


def are_sorted(file, rows):
    nodes = {leaf.path: leaf.node for leaf in d.leaves_of(file.schema)}
    columns = [(nodes[path], path, *order) for path, *order in file.options["sorting_columns"]]
    if not columns or any(node["of"] in bounds.WITHOUT_ORDER for node, *_ in columns):
        return False
    return all(step(file, columns, a, b) for a, b in zip(rows, rows[1:]))


def check(file, where, rows, found):
    paths = [leaf.path for leaf in d.leaves_of(file.schema)]
    wanted = None
    if are_sorted(file, rows):
        wanted = [{"column_idx": paths.index(path), "descending": descending,
                   "nulls_first": nulls_first}
                  for path, descending, nulls_first in file.options["sorting_columns"]]
    page_checks.expect(f"{where}: sorting columns", found, wanted)
