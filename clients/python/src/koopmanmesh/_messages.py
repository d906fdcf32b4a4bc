"""Messages from what is natural in Python: enums by their short names, nested messages as dictionaries."""
from __future__ import annotations

from typing import Any, Mapping, Type, TypeVar

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

M = TypeVar("M", bound=Message)


def build(kind: Type[M], values: Mapping[str, Any]) -> M:
    """A message of these fields; None is a field that is not set. Raises ValueError that names what is unknown."""
    message = kind()
    fill(message, values)
    return message


def fill(message: Message, values: Mapping[str, Any]) -> None:
    """Sets fields of a message."""
    known = message.DESCRIPTOR.fields_by_name
    for name, value in values.items():
        if name not in known:
            raise ValueError("%s has no field '%s', expected one of %s" % (
                message.DESCRIPTOR.name, name, ", ".join(sorted(known))))
        if value is not None:
            _set(message, known[name], value)


def enum_value(kind: EnumDescriptor, value: Any) -> int:
    """The number of an enum's value, given as a number, its whole name, or what comes after the prefix: "coarse"."""
    if not isinstance(value, str):
        return int(value)
    prefix = kind.values[0].name[:-len("UNSPECIFIED")]
    wanted = value.upper().replace("-", "_")
    for candidate in kind.values:
        if wanted in (candidate.name, candidate.name[len(prefix):]):
            return int(candidate.number)
    raise ValueError("%s is '%s', expected one of %s" % (
        kind.name, value, ", ".join(one.name[len(prefix):].lower() for one in kind.values[1:])))


def _set(message: Message, field: FieldDescriptor, value: Any) -> None:
    repeated = field.label == FieldDescriptor.LABEL_REPEATED
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        target = getattr(message, field.name)
        if field.message_type.GetOptions().map_entry:
            for key, entry in value.items():
                target[str(key)] = entry
        elif repeated:
            for one in value:
                _merge(target.add(), one)
        else:
            # A message without a field of its own is there nevertheless.
            target.SetInParent()
            _merge(target, value)
    elif field.type == FieldDescriptor.TYPE_ENUM:
        setattr(message, field.name, enum_value(field.enum_type, value))
    elif repeated:
        getattr(message, field.name).extend(value)
    else:
        setattr(message, field.name, value)


def _merge(target: Message, value: Any) -> None:
    if isinstance(value, Message):
        target.CopyFrom(value)
    elif isinstance(value, Mapping):
        fill(target, value)
    else:
        raise ValueError("%s is %r, expected a dictionary of its fields" % (target.DESCRIPTOR.name, value))
