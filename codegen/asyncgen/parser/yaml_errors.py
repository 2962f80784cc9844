"""The YAML parser's errors in plain words."""

from __future__ import annotations

import yaml

from asyncgen.parser.fault import Fault

_QUOTE = "a value that begins with one of @ ` % & * ! | > { [ or holds ': ' or ' #' must be quoted"
_QUOTE_STAR = "a value that begins with * must be quoted"
_INDENT = "check the indentation here and in the line above: members of one object begin in the same column"
_WORDS = {
    "mapping values are not allowed in this context": (
        "a ': ' stands where no key can be",
        "quote a value that holds ': ', or correct the indentation",
    ),
    "could not find expected ':'": ("a key has no ':' after it", "write 'key: value', with a space after the colon"),
    "did not find expected key": ("this is not a key of the object that is open here", _INDENT),
    "did not find expected '-' indicator": ("this is not an item of the list that is open here", _INDENT),
    "did not find expected <document start>": ("the document ended before this", _INDENT),
    "did not find expected ',' or '}'": (
        "a ',' or '}' is missing",
        "every { needs its }, and members are separated by commas",
    ),
    "did not find expected ',' or ']'": (
        "a ',' or ']' is missing",
        "every [ needs its ], and items are separated by commas",
    ),
    "found unexpected end of stream": ("a quoted string is not closed", "find the quote that opens it"),
    "block sequence entries are not allowed in this context": (
        "a '- ' stands where no list can begin",
        "begin the list on a line of its own",
    ),
    "found unknown escape character": (
        "this escape means nothing in double quotes",
        "use single quotes, in which a backslash is a backslash",
    ),
    "did not find expected hexdecimal number": (
        "this escape needs hexadecimal digits",
        "use single quotes, in which a backslash is a backslash",
    ),
    "found invalid Unicode character escape code": (
        "this escape is no character",
        "write the character itself, or use JSON, which has surrogate pairs",
    ),
}


def syntax_fault(error: yaml.YAMLError, text: str) -> Fault:
    """One finding for what PyYAML raised."""
    if isinstance(error, yaml.MarkedYAMLError):
        return _marked(error, text)
    offset = getattr(error, "position", 0)
    character = getattr(error, "character", "")
    code = character if isinstance(character, int) else ord(character[:1] or "\0")
    # libyaml counts bytes here and PyYAML's own reader characters; the first such character is the one.
    found = text.find(chr(code))
    name = f"the control character U+{code:04X} is not allowed in YAML"
    return Fault(
        "AG104",
        found if found >= 0 else min(offset, len(text)),
        name,
        "remove it, or write it as an escape in double quotes",
    )


def _marked(error: yaml.MarkedYAMLError, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(text)) if mark else 0
    problem = error.problem or "the text cannot be read"
    character = text[offset : offset + 1]
    if "cannot start any token" in problem:
        if character == "\t":
            return Fault("AG104", offset, "a tab stands where YAML wants spaces", "indent with spaces only")
        return Fault("AG104", offset, f"no value can begin with '{character}'", _QUOTE)
    if "while scanning an alias" in (error.context or ""):
        begun = error.context_mark.index if error.context_mark else offset
        return Fault("AG110", begun, "'*' begins an alias, and no name follows", _QUOTE_STAR)
    if problem in _WORDS:
        said, hint = _WORDS[problem]
        if problem == "found unexpected end of stream" and error.context_mark:
            offset = error.context_mark.index
        return Fault("AG104", offset, f"not valid YAML: {said}", hint)
    context = f" {error.context}" if error.context else ""
    return Fault("AG104", offset, f"not valid YAML: {problem}{context}")
