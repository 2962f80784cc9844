"""AG1xx: loading."""

from __future__ import annotations

from asyncgen.codes.code import Code

LOADING: tuple[Code, ...] = (
    Code(
        "AG101",
        "error",
        "a file cannot be read",
        "The file does not exist, is a folder, or may not be opened. asyncgen read nothing of it.",
        "asyncgen generate orders.yml   # the file is called orders.yaml",
    ),
    Code(
        "AG102",
        "error",
        "a file is not UTF-8",
        "YAML and JSON files are read as UTF-8, with or without a byte order mark. Save the file in that encoding.",
    ),
    Code("AG103", "error", "a file is empty", "The file holds no value: nothing at all, only comments, or null."),
    Code(
        "AG104",
        "error",
        "a file is not valid YAML",
        "The text breaks YAML's rules at this place, or at a quote or bracket opened before it. The usual reasons are a tab in"
        " the indentation, members of one object that begin in different columns, and a value that needs quotes.",
        "description: Orders: new and changed   # quote a value that holds ': '",
    ),
    Code(
        "AG105",
        "error",
        "a file is not valid JSON",
        "The text begins like JSON and breaks its rules: a comma before a closing bracket, a comment, single quotes, NaN. A"
        " file that is meant as YAML should not be called .json.",
        '{"title": "Orders",}   // neither the comma nor this comment is JSON',
    ),
    Code(
        "AG106",
        "error",
        "a file holds several documents",
        "asyncgen reads one document a file. Put each document, that is each part between two lines of `---`, in its own file.",
    ),
    Code(
        "AG107",
        "error",
        "a key is given twice",
        "An object has two members of one name. Which of them counts depends on who reads the file, so neither is right.",
        "properties:\n  id: {type: string}\n  id: {type: integer}",
    ),
    Code(
        "AG108",
        "error",
        "values are nested too deeply",
        "No document that people write is nested so deeply; it is refused before anything that reads it runs out of stack.",
    ),
    Code(
        "AG109",
        "error",
        "YAML aliases stand for too much",
        "Aliases of values that hold aliases multiply: a few lines may stand for billions of values. Written out, what the"
        " aliases of this file stand for would be too large to work with.",
        "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]   # and so on",
    ),
    Code(
        "AG110",
        "error",
        "a YAML alias means nothing",
        "An alias `*name` repeats the value that was marked `&name` before it in the same file. A string that begins with `*`"
        " must be quoted.",
        "address: *.created   # write '*.created'",
    ),
    Code(
        "AG111",
        "error",
        "a key is not a string",
        "The keys of an object are strings. A value that begins with `{` opens an object in YAML, so `{{name}}` must be quoted.",
        "host: {{ broker }}   # write '{{ broker }}'",
    ),
    Code(
        "AG112",
        "error",
        "a merge key has no map",
        "`<<` takes over the members of a map, or of each map in a list.",
        "<<: *name-of-a-string",
    ),
    Code(
        "AG113",
        "warning",
        "a YAML tag is ignored",
        "Documents hold plain data: strings, numbers, booleans, null, lists and maps. A tag that asks for anything else is"
        " ignored, and its value is read as if it were not there.",
        "version: !version 1.0",
    ),
    Code(
        "AG114",
        "error",
        "a value cannot be held",
        "The text is valid and its value cannot be represented: a number of thousands of digits, half of a surrogate pair.",
    ),
    Code("AG115", "error", "a file is too large", "No file over 64 MB is read."),
)
