"""Every rule by which a document's name becomes a Python name."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from asyncgen.naming import LONGEST, MODEL_MEMBERS, Scope, Taken, constant_case, pascal_case, snake_case


@pytest.mark.parametrize(
    ("words", "snake", "pascal", "constant"),
    [
        # words, split on case and on everything that is neither letter nor digit
        ("order", "order", "Order", "ORDER"),
        ("orderPlaced", "order_placed", "OrderPlaced", "ORDER_PLACED"),
        ("OrderPlaced", "order_placed", "OrderPlaced", "ORDER_PLACED"),
        ("order_placed", "order_placed", "OrderPlaced", "ORDER_PLACED"),
        ("ORDER_PLACED", "order_placed", "OrderPlaced", "ORDER_PLACED"),
        ("order-placed", "order_placed", "OrderPlaced", "ORDER_PLACED"),
        ("Order placed", "order_placed", "OrderPlaced", "ORDER_PLACED"),
        ("order.created/v1", "order_created_v1", "OrderCreatedV1", "ORDER_CREATED_V1"),
        ("order:OnOrder", "order_on_order", "OrderOnOrder", "ORDER_ON_ORDER"),
        ("order:_:Handler", "order_handler", "OrderHandler", "ORDER_HANDLER"),
        ("user/{userId}/signed up", "user_user_id_signed_up", "UserUserIdSignedUp", "USER_USER_ID_SIGNED_UP"),
        ("orders.*.>", "orders", "Orders", "ORDERS"),
        ("motion-group", "motion_group", "MotionGroup", "MOTION_GROUP"),
        ("a\x00b", "a_b", "AB", "A_B"),
        # acronyms
        ("HTTPServer", "http_server", "HTTPServer", "HTTP_SERVER"),
        ("orderID", "order_id", "OrderID", "ORDER_ID"),
        ("orderIDs", "order_ids", "OrderIDs", "ORDER_IDS"),
        ("userIDsList", "user_ids_list", "UserIDsList", "USER_IDS_LIST"),
        ("OAuth2Token", "oauth2_token", "OAuth2Token", "OAUTH2_TOKEN"),
        ("IPv4Address", "ipv4_address", "IPv4Address", "IPV4_ADDRESS"),
        ("ID", "id", "ID", "ID"),
        # digits
        ("2fa", "n_2fa", "N2fa", "N_2FA"),
        ("v2beta", "v2beta", "V2beta", "V2BETA"),
        ("OrderV1_2", "order_v1_2", "OrderV1_2", "ORDER_V1_2"),
        ("OrderV12", "order_v12", "OrderV12", "ORDER_V12"),
        ("1", "n_1", "N1", "N_1"),
        ("-1", "minus_1", "Minus1", "MINUS_1"),
        # leading underscores move to the end
        ("_id", "id_", "Id_", "ID_"),
        ("__meta", "meta__", "Meta__", "META__"),
        # keywords
        ("class", "class_", "Class", "CLASS"),
        ("None", "none", "None_", "NONE"),
        ("True", "true", "True_", "TRUE"),
        ("null", "null", "Null", "NULL"),
        # letters of every script stay, in the form that Python itself gives names
        ("größe", "größe", "Größe", "GRÖSSE"),
        ("注文", "注文", "注文", "注文"),
        ("طلب", "طلب", "طلب", "طلب"),
        ("ﬁne", "fine", "Fine", "FINE"),
        ("prix €", "prix", "Prix", "PRIX"),
        # without letters and digits, what there is is spelled out
        ("+", "plus", "Plus", "PLUS"),
        ("*", "star", "Star", "STAR"),
        (">=", "greater_than_equals", "GreaterThanEquals", "GREATER_THAN_EQUALS"),
        ("+/#", "plus_slash_hash", "PlusSlashHash", "PLUS_SLASH_HASH"),
        ("😀", "grinning_face", "GrinningFace", "GRINNING_FACE"),
        ("_", "underscore", "Underscore", "UNDERSCORE"),
        (" ", "space", "Space", "SPACE"),
        ("\x07", "u0007", "U0007", "U0007"),
        ("", "empty", "Empty", "EMPTY"),
    ],
)
def test_names(words: str, snake: str, pascal: str, constant: str) -> None:
    assert (snake_case(words), pascal_case(words), constant_case(words)) == (snake, pascal, constant)


CASES = pytest.mark.parametrize("case", [snake_case, pascal_case, constant_case])


@CASES
@given(words=st.text())
@example(words="İ")
@example(words="\ud800")
@example(words="²³")
@example(words="ͅa")
@example(words="x" * 300)
def test_a_name_is_always_an_identifier_and_never_a_keyword(case: Callable[[str], str], words: str) -> None:
    name = case(words)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert not name.startswith("_")
    assert unicodedata.normalize("NFKC", name) == name
    assert len(name) <= LONGEST + 10


@CASES
def test_long_names_are_cut_and_stay_apart(case: Callable[[str], str]) -> None:
    one, other = case("a" * 300), case("a" * 299 + "b")
    assert one != other
    assert len(one) == len(other) == LONGEST


@pytest.mark.parametrize("words", ["order-placed", "orderIDs", "2fa", "OrderV1_2", "größe"])
def test_snake_case_of_a_name_is_that_name(words: str) -> None:
    assert snake_case(snake_case(words)) == snake_case(words)


def test_no_property_can_be_called_like_a_member_of_pydantic() -> None:
    members = {name for name in dir(BaseModel) if not name.startswith(("_", "model_"))}
    assert members <= MODEL_MEMBERS


# -- scopes ------------------------------------------------------------------------------------------------------


def test_the_first_keeps_its_name() -> None:
    scope = Scope()
    assert scope.take("order") == "order"
    assert scope.collisions == []


@pytest.mark.parametrize(
    ("name", "second"),
    [("order", "order_2"), ("Order", "Order2"), ("ORDER", "ORDER_2"), ("OrderV1", "OrderV1_2"), ("id_", "id__2")],
)
def test_a_later_one_is_numbered(name: str, second: str) -> None:
    scope = Scope()
    scope.take(name)
    assert scope.take(name) == second
    assert scope.collisions == [Taken(second, name)]


def test_an_alternative_comes_before_a_number() -> None:
    scope = Scope()
    assert [scope.take("Order", "OrderPayload") for _ in range(3)] == ["Order", "OrderPayload", "OrderPayload2"]


def test_reserved_names_get_an_underscore_without_a_collision() -> None:
    scope = Scope(frozenset({"copy"}), ("model_",))
    assert [scope.take("copy"), scope.take("model_name"), scope.take("copy_")] == ["copy_", "model_name_", "copy__2"]
    assert scope.collisions == [Taken("copy__2", "copy_")]


NAMES = st.lists(
    st.sampled_from(["a", "a_", "a_2", "A", "A2", "copy", "copy_", "model_x", "model_x_"]) | st.text(max_size=3)
)


@given(names=NAMES)
def test_names_in_a_scope_differ_and_are_not_reserved(names: list[str]) -> None:
    scope = Scope(frozenset({"copy"}), ("model_",))
    taken = [scope.take(snake_case(name)) for name in names]
    assert len(set(taken)) == len(taken)
    assert "copy" not in taken
    assert all(name.isidentifier() for name in taken)


@given(names=NAMES, more=NAMES)
def test_names_stay_when_the_document_grows(names: list[str], more: list[str]) -> None:
    before, after = Scope(), Scope()
    assert [before.take(snake_case(name)) for name in names] == [
        after.take(snake_case(name)) for name in [*names, *more]
    ][: len(names)]
