"""From plain values to frozen dataclasses, through cattrs with strict hooks.

Nothing is coerced: a boolean is no number, a number is no text, and only a whole number may stand where a
decimal one is expected. Unknown fields are refused. All problems are found in one pass, each with its
field path. Lists become tuples, mappings become read-only, enumerations are given by value, a field of a
union takes the member that fits what is written.

A dataclass field whose name in the file is a Python keyword says so in its metadata:
`start: str = field(metadata={"name": "from"})`. A `ValueError` or `InvalidInput` raised by `__post_init__`
becomes a problem of that object.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeGuard, TypeVar

from cattrs import Converter
from cattrs.errors import IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from lms.core.errors import ContentError, Problem
from lms.publishing.explaining import describe, explain, field_names, suggestion
from lms.publishing.marks import Marked
from lms.publishing.strict_yaml import MAX_PROBLEMS

Shape = TypeVar("Shape")


class ShapeError(ValueError):
    """A value that does not have the shape its field asks for; the text says what was found."""


def structure(marked: Marked, shape: type[Shape]) -> Shape:
    """Return the document in the given shape.

    Raises `ContentError` with every problem of the file, each with its line and field path.
    """
    try:
        return typing.cast("Shape", _structured(marked.value, shape))
    except Exception as error:
        problems = [marked.problem(path, message) for path, message in explain(error, "")]
        if len(problems) > MAX_PROBLEMS:
            listed = sorted(problems)[:MAX_PROBLEMS]
            rest = "There are more problems in this file. Mend these first."
            problems = [*listed, Problem(marked.file, listed[-1].line, "", rest)]
        raise ContentError(problems) from error


# --- hooks ------------------------------------------------------------------------------------------

Hook = Callable[[Any, Any], Any]


def _structured(value: object, shape: Any) -> Any:
    """Structure one value; cattrs would take a `StrEnum` for a `str`, so plain types and words bypass it."""
    hook = _EXACT.get(shape)
    if hook is None and _is_enumeration(shape):
        hook = _enumeration(shape)
    return _CONVERTER.structure(value, shape) if hook is None else hook(value, shape)


def _expect(wanted: str, value: object, hint: str = "") -> ShapeError:
    return ShapeError(f"Expected {wanted}, found {describe(value)}.{hint}")


def _whole_number(value: object, _: Any) -> int:
    if type(value) is int:
        return value
    hint = " Remove the quotes." if isinstance(value, str) and value.strip().isdecimal() else ""
    raise _expect("a whole number", value, hint)


def _number(value: object, _: Any) -> float:
    if type(value) is int or type(value) is float:
        return float(value)
    raise _expect("a number", value)


def _text(value: object, _: Any) -> str:
    if type(value) is str:
        return value
    hint = " Put it in quotes." if isinstance(value, bool | int | float) else ""
    raise _expect("a text", value, hint)


def _boolean(value: object, _: Any) -> bool:
    if type(value) is bool:
        return value
    raise _expect("true or false", value)


def _nothing(value: object, _: Any) -> None:
    if value is not None:
        raise _expect("nothing", value)


def _date(value: object, _: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(_text(value, str))
    except ValueError:
        raise _expect("a date such as 2026-03-02", value) from None


def _anything(value: object, _: Any) -> object:
    """Return a plain value made read-only."""
    if isinstance(value, list):
        return tuple(_anything(item, object) for item in value)
    if isinstance(value, dict):
        return types.MappingProxyType({key: _anything(item, object) for key, item in value.items()})
    return value


def _one_of(value: object, allowed: Sequence[object]) -> int:
    """Return the index of a value among the allowed ones, by exact type."""
    for index, candidate in enumerate(allowed):
        if type(candidate) is type(value) and candidate == value:
            return index
    words = [str(word) for word in allowed]
    near = suggestion(value, words) if isinstance(value, str) else ""
    raise ShapeError(f"Expected one of {', '.join(words)}; found {describe(value)}.{near}")


@functools.cache
def _enumeration(shape: type[enum.Enum]) -> Hook:
    members = tuple(shape)
    values = tuple(member.value for member in members)
    return lambda value, _: members[_one_of(value, values)]


def _literal(shape: Any) -> Hook:
    values = typing.get_args(shape)
    return lambda value, _: values[_one_of(value, values)]


def _each(pairs: Iterable[tuple[int | str, object, Any]], shape: Any) -> list[Any]:
    """Structure the parts of a list or mapping; all their errors are raised together."""
    results: list[Any] = []
    errors: list[Exception] = []
    for index, value, part in pairs:
        try:
            results.append(_structured(value, part))
        except Exception as error:  # noqa: BLE001 - gathered, and raised below as one group
            error.add_note(IterableValidationNote(f"at {index}", index, part))
            errors.append(error)
            if len(errors) > MAX_PROBLEMS:
                break
    if errors:
        raise IterableValidationError("parts", errors, shape)
    return results


def _tuple(shape: Any) -> Hook:
    parts = typing.get_args(shape)
    repeated = parts[-1:] == (Ellipsis,)

    def structure_tuple(value: object, _: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _expect("a list", value)
        if not repeated and len(value) != len(parts):
            raise ShapeError(f"Expected a list of {len(parts)}, found a list of {len(value)}.")
        members = [parts[0]] * len(value) if repeated else parts
        return tuple(_each(((i, v, p) for i, (v, p) in enumerate(zip(value, members, strict=True))), shape))

    return structure_tuple


def _frozenset(shape: Any) -> Hook:
    (part,) = typing.get_args(shape)

    def structure_frozenset(value: object, _: Any) -> frozenset[Any]:
        if not isinstance(value, list):
            raise _expect("a list", value)
        members = _each(((i, v, part) for i, v in enumerate(value)), shape)
        if len(set(members)) != len(members):
            twice = Counter(members).most_common(1)[0][0]
            raise ShapeError(f"“{twice}” is listed more than once. Keep one.")
        return frozenset(members)

    return structure_frozenset


def _mapping(shape: Any) -> Hook:
    key_shape, part = typing.get_args(shape)

    def structure_mapping(value: object, _: Any) -> Mapping[Any, Any]:
        if not isinstance(value, dict):
            raise _expect("a mapping", value)
        keys = _each(((key, key, key_shape) for key in value), shape)
        members = _each(((key, v, part) for key, v in value.items()), shape)
        return types.MappingProxyType(dict(zip(keys, members, strict=True)))

    return structure_mapping


def _dataclass(shape: type[Any]) -> Hook:
    overrides: dict[str, Any] = {
        name: override(rename=written, struct_hook=_structured)
        for name, written in field_names(shape).items()
    }
    generated: Hook = make_dict_structure_fn(
        shape, _CONVERTER, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True, **overrides
    )

    def structure_dataclass(value: object, target: Any) -> Any:
        if not isinstance(value, dict):
            raise _expect(f"a mapping with {', '.join(field_names(shape).values())}", value)
        return generated(value, target)

    return structure_dataclass


# --- unions -----------------------------------------------------------------------------------------


def _accepts(shape: Any, value: object) -> bool:
    """Whether a member of a union could take a value, judged by what kind of value it is."""
    origin = typing.get_origin(shape)
    if shape is Any or shape is object:
        return True
    if origin is Literal:
        return any(type(word) is type(value) for word in typing.get_args(shape))
    if isinstance(value, list):
        return origin in {tuple, frozenset}
    if isinstance(value, dict):
        return origin is Mapping or dataclasses.is_dataclass(shape)
    if _is_enumeration(shape):
        return any(type(member.value) is type(value) for member in shape)
    return (
        type(value) is shape
        or (shape is float and type(value) is int)
        or (shape is dt.date and type(value) is str)
    )


def _fit(shape: Any, value: object) -> int:
    """How well a member of a union fits: tags first, then fields in common less those unknown or needed."""
    if not (dataclasses.is_dataclass(shape) and isinstance(shape, type) and isinstance(value, dict)):
        return int(type(value) is shape or _is_listed(shape, value))
    names = field_names(shape)
    tags = {names[n]: hint for n, hint in _hints(shape).items() if n in names}
    fit = sum(100 for n, hint in tags.items() if n in value and _is_listed(hint, value[n]))
    unknown = value.keys() - set(names.values())
    needed = {names[one.name] for one in dataclasses.fields(shape) if one.name in names and _is_needed(one)}
    return fit + len(value.keys() & set(names.values())) * 2 - len(unknown) - len(needed - value.keys())


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


@functools.cache
def _hints(shape: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(shape)


def _is_listed(shape: Any, value: object) -> bool:
    """Whether the value is one of those that a literal or an enumeration lists."""
    if typing.get_origin(shape) is Literal:
        return value in typing.get_args(shape)
    return _is_enumeration(shape) and value in [m.value for m in shape]


def _union(shape: Any) -> Hook:
    members = typing.get_args(shape)

    def structure_union(value: object, _: Any) -> Any:
        if value is None and type(None) in members:
            return None
        fitting = [member for member in members if _accepts(member, value)]
        if not fitting:
            wanted = [member for member in members if member is not type(None)]
            if len(wanted) == 1:
                return _structured(value, wanted[0])
            raise _expect(" or ".join(_name(member) for member in wanted), value)
        return _structured(value, max(fitting, key=lambda member: _fit(member, value)))

    return structure_union


def _name(shape: Any) -> str:
    named = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", tuple: "a list"}
    return named.get(typing.get_origin(shape) or shape) or (
        "a mapping"
        if _accepts(shape, {})
        else "a list"
        if _accepts(shape, [])
        else "one of the allowed words"
    )


def _is_enumeration(shape: Any) -> TypeGuard[type[enum.Enum]]:
    return isinstance(shape, type) and issubclass(shape, enum.Enum)


def _converter() -> Converter:
    converter = Converter(detailed_validation=True, forbid_extra_keys=True)
    factories: tuple[tuple[Callable[[Any], bool], Callable[[Any], Hook]], ...] = (
        (lambda shape: isinstance(shape, type) and dataclasses.is_dataclass(shape), _dataclass),
        (lambda shape: typing.get_origin(shape) is Literal, _literal),
        (lambda shape: typing.get_origin(shape) is tuple, _tuple),
        (lambda shape: typing.get_origin(shape) is frozenset, _frozenset),
        (lambda shape: typing.get_origin(shape) is Mapping, _mapping),
        (lambda shape: typing.get_origin(shape) in {typing.Union, types.UnionType}, _union),
    )
    for predicate, factory in factories:
        converter.register_structure_hook_factory(predicate, factory)
    converter.register_structure_hook_func(lambda shape: shape is Any or shape is object, _anything)
    return converter


_EXACT: dict[Any, Hook] = {
    int: _whole_number,
    float: _number,
    str: _text,
    bool: _boolean,
    type(None): _nothing,
    dt.date: _date,
}
_CONVERTER = _converter()
