"""AG2xx: references."""

from __future__ import annotations

from asyncgen.codes.code import Code

REFERENCES: tuple[Code, ...] = (
    Code("AG201", "error", "a $ref is not a string", "A reference is a URI in a string.", "$ref: {type: string}"),
    Code(
        "AG202",
        "error",
        "a $ref leaves the document's folder",
        "Only files in the folder of the document are read, so that a document from elsewhere cannot reach into yours. Allow"
        " further folders with --allow-path.",
        "$ref: '../shared/money.yaml'   # asyncgen generate spec.yaml --allow-path ../shared",
    ),
    Code(
        "AG203",
        "error",
        "a $ref to a URL is not followed",
        "asyncgen does not use the network while it reads a document, unless --allow-remote lets it: then https URLs are fetched"
        " and kept in your cache folder, and others are still refused. Keep a copy of the file and refer to it, or name the copy"
        " with --ref URL=FILE and leave the document as it is.",
        "$ref: 'https://example.com/money.yaml'   # --ref https://example.com/money.yaml=money.yaml",
    ),
    Code(
        "AG204",
        "error",
        "a $ref points nowhere",
        "The reference names a file or a member that does not exist. Check the spelling of every part of the pointer;"
        " `/` inside a name is written `~1` and `~` is written `~0`.",
        "$ref: '#/components/messages/OrderAproved'   # the component is called OrderApproved",
    ),
    Code(
        "AG205",
        "error",
        "references only lead to each other",
        "Following the references comes back to the first without meeting a value. A schema may refer to itself from inside,"
        " for instance in its properties; it cannot be a reference to itself.",
        "A: {$ref: '#/components/schemas/B'}\nB: {$ref: '#/components/schemas/A'}",
    ),
    Code(
        "AG206",
        "warning",
        "a '/' in a $ref is not escaped",
        "In a pointer `/` separates names; inside a name it is written `~1`. There is only one thing this reference can mean,"
        " and it is read that way; other tools may refuse it.",
        "$ref: '#/channels/user/signedup'   # the channel user/signedup is '#/channels/user~1signedup'",
    ),
    Code(
        "AG207",
        "error",
        "a $ref may mean several things",
        "The reference does not escape `/` inside a name, and names of the document allow more than one reading.",
        "$ref: '#/channels/a/b/messages/c'   # beside channels called a and a/b",
    ),
    Code(
        "AG208",
        "error",
        "the document reaches too many files",
        "A document may reach up to 1,000 files through its references.",
    ),
    Code(
        "AG209",
        "warning",
        "what stands beside a $ref is ignored",
        "An object with a `$ref` is the object that it refers to; its other members have no meaning. Remove them, or put them"
        " where the reference leads.",
        "$ref: '#/components/messages/Order'\ntitle: Another title   # has no effect",
    ),
    Code(
        "AG210",
        "error",
        "a URL cannot be fetched",
        "--allow-remote lets asyncgen fetch what references name: over https, each file within 15 seconds and 16 MB, all of"
        " them within a minute, through five redirects at most. This one did not come that way. A file that was fetched is"
        " kept and not asked for again; where the network is unreliable or has a proxy, --ref URL=FILE needs none.",
        "$ref: 'https://exmaple.com/money.yaml'   # a host that does not exist",
    ),
    Code(
        "AG211",
        "error",
        "a URL leads where asyncgen does not go",
        "Only public addresses are asked, so that a document from elsewhere cannot reach into your network: none of your own"
        " machine, of private networks, or of a cloud's metadata service, by whatever name; redirects are held to the same"
        " rule and to https. Keep a copy of the file, or name one with --ref URL=FILE.",
        "$ref: 'https://192.168.1.10/money.yaml'",
    ),
)
