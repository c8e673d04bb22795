"""ITCH 5.0 messages taken apart by tables of their own, so that what the library decodes can be
held against a second decoder.

Source: Nasdaq TotalView-ITCH 5.0 specification, "Message Formats". Field by field, in order: the
column it becomes and its struct code; "-" is reserved. All integers are big-endian.
"""

import decimal
import struct

COMMON = "stock_locate:H tracking_number:H timestamp:6s"
MESSAGES = {
    "S": "event_code:c",
    "R": "stock:8s market_category:c financial_status:c round_lot_size:I round_lots_only:c "
         "issue_classification:c issue_subtype:2s authenticity:c short_sale_threshold:c ipo_flag:c "
         "luld_tier:c etp_flag:c etp_leverage_factor:I inverse_indicator:c",
    "H": "stock:8s trading_state:c -:c trading_reason:4s",
    "Y": "stock:8s reg_sho_action:c",
    "L": "mpid:4s stock:8s primary_market_maker:c market_maker_mode:c participant_state:c",
    "V": "mwcb_level_1:Q mwcb_level_2:Q mwcb_level_3:Q",
    "W": "mwcb_breached_level:c",
    "K": "stock:8s ipo_release_time:I ipo_release_qualifier:c ipo_price:I",
    "J": "stock:8s collar_reference_price:I collar_upper_price:I collar_lower_price:I "
         "collar_extension:I",
    "h": "stock:8s market_code:c operational_halt_action:c",
    "A": "order_reference:Q side:c shares:I stock:8s price:I",
    "F": "order_reference:Q side:c shares:I stock:8s price:I mpid:4s",
    "E": "order_reference:Q shares:I match_number:Q",
    "C": "order_reference:Q shares:I match_number:Q printable:c price:I",
    "X": "order_reference:Q shares:I",
    "D": "order_reference:Q",
    "U": "order_reference:Q new_order_reference:Q shares:I price:I",
    "P": "order_reference:Q side:c shares:I stock:8s price:I match_number:Q",
    "Q": "shares:Q stock:8s price:I match_number:Q cross_type:c",
    "B": "match_number:Q",
    "I": "paired_shares:Q imbalance_shares:Q imbalance_direction:c stock:8s far_price:I "
         "near_price:I current_reference_price:I cross_type:c price_variation:c",
    "N": "stock:8s interest_flag:c",
}
# Price(4) counts 1/10 000, Price(8) 1/100 000 000.
DECIMALS = {"price": 4, "ipo_price": 4, "collar_reference_price": 4, "collar_upper_price": 4,
            "collar_lower_price": 4, "far_price": 4, "near_price": 4, "current_reference_price": 4,
            "mwcb_level_1": 8, "mwcb_level_2": 8, "mwcb_level_3": 8}


def _compiled(fields):
    names, codes = zip(*(field.split(":") for field in f"{COMMON} {fields}".split()))
    return names, struct.Struct(">" + "".join(codes))


TABLES = {kind: _compiled(fields) for kind, fields in MESSAGES.items()}
COLUMNS = {name for names, _ in TABLES.values() for name in names} - {"-"} | {"message_type"}


def value_of(name, raw):
    if name == "timestamp":
        return int.from_bytes(raw, "big")
    if name == "ipo_release_time":  # seconds since midnight
        return raw * 10**9
    if name in DECIMALS:
        return decimal.Decimal(raw).scaleb(-DECIMALS[name])
    if isinstance(raw, bytes):
        return raw.decode("ascii").rstrip(" ") or None
    return raw


def decode(message):
    """A row: every column, None where the message has none."""
    kind = chr(message[0])
    names, layout = TABLES[kind]
    row = dict.fromkeys(COLUMNS)
    row["message_type"] = kind
    for name, raw in zip(names, layout.unpack(message[1:])):
        if name != "-":
            row[name] = value_of(name, raw)
    return row


def messages(data):
    """Of a file: each behind a two-byte length, which may be 0; then the type tells it."""
    at = 0
    while at < len(data):
        stated = int.from_bytes(data[at:at + 2], "big")
        size = 1 + TABLES[chr(data[at + 2])][1].size
        assert stated in (0, size), f"a length of {stated} for type {chr(data[at + 2])} at {at}"
        yield data[at + 2:at + 2 + size]
        at += 2 + size
