"""A rig's own register map with every type of data, and devices of it."""

import csv
from pathlib import Path

from orcplant.tags import TagTable, load_table
from orcplant.tags.reading import COLUMNS
from plc_sim.bank import Bank
from plc_sim.functions import Device

IDENTIFICATION = ("Rig", "R1", "1.2", "", "Rig", "Model", "App")

# tag, table, address, dtype, word order, byte order, scale, sentinel, access, lowest, highest
_ROWS = [
    ("RUN", "coil", 0, "bool", "", "", "", "", "rw", "", ""),
    ("RESET", "coil", 1, "bool", "", "", "", "", "rw", "", ""),
    ("LAMP", "coil", 2, "bool", "", "", "", "", "r", "", ""),
    ("DOOR", "discrete", 0, "bool", "", "", "", "", "r", "", ""),
    ("ALARM", "discrete", 9, "bool", "", "", "", "", "r", "", ""),
    ("T", "input", 0, "int16", "", "", 0.1, -32768, "r", -100, 300),
    ("P", "input", 1, "uint16", "", "", 0.01, 65535, "r", 0, 100),
    ("POWER", "input", 2, "float32", "big", "", "", "", "r", -1e6, 1e6),
    ("POWER_LITTLE", "input", 4, "float32", "little", "", "", "", "r", -1e6, 1e6),
    ("ENERGY", "input", 6, "float64", "big", "", "", "", "r", 0, 1e12),
    ("BALANCE", "input", 10, "int32", "little", "", "", "", "r", -2e9, 2e9),
    ("HOURS", "input", 12, "uint32", "big", "little", 0.1, "", "r", 0, 4e8),
    ("STATE", "input", 14, "enum:off=0;on=1", "", "", "", "", "r", "", ""),
    ("TRIPS", "input", 15, "bits:a=0;b=17", "big", "", "", "", "r", "", ""),
    ("NAME", "input", 17, "string:8", "", "", "", "", "r", "", ""),
    ("FAR", "input", 30, "uint16", "", "", "", "", "r", 0, 10),
    ("SP", "holding", 0, "float32", "big", "", "", "", "rw", 0, 600),
    ("SP_SMALL", "holding", 2, "int16", "", "", 0.1, -32768, "rw", -50, 50),
    ("MODE", "holding", 3, "enum:off=0;auto=1;manual=2", "", "", "", "", "rw", "", ""),
    ("COUNT", "holding", 4, "uint32", "little", "", "", "", "rw", 0, 4e9),
    ("SECRET", "holding", 6, "uint16", "", "", "", "", "w", 0, 9999),
    ("FIXED", "holding", 7, "uint16", "", "", "", "", "r", 0, 10),
    ("LABEL", "holding", 8, "string:4", "", "", "", "", "rw", "", ""),
]  # fmt: skip


def rig_table(folder: Path) -> TagTable:
    with (folder / "rig.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, restval="")
        writer.writeheader()
        for tag, table, address, dtype, words, octets, scale, sentinel, access, lowest, highest in _ROWS:
            writer.writerow(
                {
                    "tag": tag, "text_en": tag, "text_zh": tag, "table": table, "address": address,
                    "dtype": dtype, "word_order": words, "byte_order": octets, "scale": scale,
                    "sentinel": sentinel, "access": access, "range_lo": lowest, "range_hi": highest,
                    "poll_group": "never" if access == "w" else "fast", "history": "none",
                }
            )  # fmt: skip
    return load_table("rig", folder)


def rig_bank(folder: Path, count: int = 1) -> Bank:
    bank = Bank(rig_table(folder), count)
    bank["T"][:] = 21.5
    bank["P"][:] = 11.2
    bank["POWER"][:] = 21.5
    bank["POWER_LITTLE"][:] = 21.5
    bank["ENERGY"][:] = 21.5
    bank["BALANCE"][:] = -2.0
    bank["HOURS"][:] = 12.3
    bank["STATE"][:] = 1.0
    bank["TRIPS"][:] = 2**17 + 1
    bank["ALARM"][:] = 1.0
    bank["FIXED"][:] = 7.0
    for device in range(count):
        bank.set_text("NAME", device, f"RIG {device}")
    bank.changed()
    return bank


def rig_device(bank: Bank, index: int = 0) -> Device:
    return Device(bank, index, IDENTIFICATION)
