"""JSON Schema of the config files, for editors and for programs that write them."""

from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from orcplant.config.case import CaseKeys
from orcplant.config.plant import PlantKeys
from orcplant.config.section import Section
from orcplant.config.site_keys import SiteFileKeys
from orcplant.config.water import WaterKeys
from orcplant.errors import ConfigError

MODELS: Final[dict[str, type[Section]]] = {
    "case": CaseKeys,
    "plant": PlantKeys,
    "site": SiteFileKeys,
    "water": WaterKeys,
}


def json_schema(name: str) -> dict[str, Any]:
    """JSON Schema of a kind of config file.

    Raises
    ------
    ConfigError
        If no such kind is known.
    """
    if name not in MODELS:
        raise ConfigError(f"schema {name!r} is not known; known are: {', '.join(MODELS)}")
    schema = MODELS[name].model_json_schema(schema_generator=_WithoutNull)
    return {"$schema": _WithoutNull.schema_dialect} | schema


class _WithoutNull(GenerateJsonSchema):
    """TOML has no null: a key without a value is left out, so null is never an answer."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False  # a key is its own title

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)
