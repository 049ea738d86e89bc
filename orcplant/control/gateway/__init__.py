"""The core's face: OPC UA. The only door to asyncua on this side."""

from orcplant.control.gateway.acts import Parts
from orcplant.control.gateway.gateway import Core, Gateway, opened
from orcplant.control.gateway.pki import Pki, existing_pki

__all__ = ["Core", "Gateway", "Parts", "Pki", "existing_pki", "opened"]
