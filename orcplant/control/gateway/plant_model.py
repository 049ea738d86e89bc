"""`Plant/Model`: all that a window must know of a plant and never changes while the core runs, as JSON.

Tags and alarms stand once for each type of device; devices refer to them.
"""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from orcplant import __version__
from orcplant.config.site import Device, Site
from orcplant.control.alarms import Definition
from orcplant.live import CommandState, Role
from orcplant.tags import Tag

FORMAT: Final = 1


def plant_model(site: Site, definitions: Iterable[Definition], design: Mapping[str, Any]) -> str:
    """JSON of a site: devices, tags with units, ranges and texts, alarms, and the plant's design.

    Parameters
    ----------
    design : mapping
        What `design_picture.design_content` gave.
    """
    types: dict[str, Any] = {}
    for device in site.devices:
        if device.type not in types:
            types[device.type] = {"tags": [_tag(device, tag) for tag in device.table]}
    content = {
        "format": FORMAT,
        "version": __version__,
        "plant": site.folder.resolve().name,
        "poll": {"fast_s": site.fast_s, "slow_s": site.slow_s},
        "devices": [
            {
                "name": device.name,
                "type": device.type,
                "number": device.number,
                "capabilities": sorted(device.capabilities),
            }
            for device in site.devices
        ],
        "types": types,
        "limits": {tag: list(span) for tag, span in site.limits.items()},
        "alarms": [_alarm(definition) for definition in definitions],
        "roles": [role.name.lower() for role in Role],
        "command_states": list(CommandState),
        **design,
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def _tag(device: Device, tag: Tag) -> dict[str, Any]:
    prefix = len(device.name) + 1
    content: dict[str, Any] = {
        "name": tag.name[prefix:],
        "text": {"en": tag.text_en, "zh": tag.text_zh},
        "unit": tag.eng_unit,
        "kind": tag.dtype.kind,
        "access": tag.access,
        "poll": tag.poll_group,
        "history": tag.history,
    }
    if tag.dtype.names:
        content["names"] = dict(tag.dtype.names)
    if tag.dtype.is_number:
        content["range"] = [_finite(tag.range_lo), _finite(tag.range_hi)]
        content["step"] = abs(tag.scale)
    for key, other in (("readback", tag.readback), ("verify_by", tag.verify_by)):
        if other:
            content[key] = other[prefix:]
    return content


def _alarm(definition: Definition) -> dict[str, Any]:
    content: dict[str, Any] = {
        "key": definition.key,
        "device": definition.device,
        "tag": definition.tag.name if definition.tag is not None else None,
        "kind": definition.kind,
        "limit": _finite(definition.limit),
        "priority": definition.priority,
    }
    for name in ("text", "cause", "consequence", "action"):
        text = getattr(definition, name)
        content[name] = {"en": text.en, "zh": text.zh}
    return content


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
