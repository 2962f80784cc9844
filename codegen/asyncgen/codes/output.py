"""AG7xx: options and output."""

from __future__ import annotations

from asyncgen.codes.code import Code

OUTPUT: tuple[Code, ...] = (
    Code(
        "AG701",
        "error",
        "a file that is not asyncgen's to overwrite",
        "The output holds a file that somebody edited or that asyncgen did not make. Nothing is written. Move the file,"
        " choose another output, or give --force to overwrite it.",
        "asyncgen generate specs/orders.yaml --output src/mine   # a folder with code of yours",
    ),
)
