"""What a sizing says in sentences, in both languages: the answer, what it rests on, why this rating."""

from collections.abc import Iterator
from typing import Final

from orcplant.config.plant_spec import Plant
from orcplant.plant.candidate import Candidate, Rejected, T_reinjection
from orcplant.plant.screening import Ranked, Screening
from orcplant.plant.sizing import Sizing
from orcplant.plant.spec import DesignObjective, TargetBasis
from orcplant.plant.study import Study
from orcplant.report.figures_ratings import money_items, same_kind
from orcplant.report.numbers import fixed
from orcplant.report.sizing_words import (
    bound_name,
    bound_sense,
    called,
    fluid_label,
    fluids_of,
    layouts_of,
    millions,
    obstacle_words,
    power_text,
    rating_text,
    ratings_of,
    written_in_its_unit,
)
from orcplant.report.texts import Language, text
from orcplant.units import KILO, degC

_PERCENT: Final = 100.0
_NOTICED: Final = 5e-4  # share below which nothing is said
_FLAMMABLE: Final = ("2", "3")


def power(watts: float, of: float) -> str:
    """Power with its unit."""
    return " ".join(power_text(watts, of))


def money(amount: float, language: Language) -> str:
    """Amount [CNY] with its unit."""
    return f"{millions(amount, language)} {text('million_cny', language)}"


def signed_percent(share: float) -> str:
    """Share as a percentage with its sign."""
    rounded = fixed(share * _PERCENT, 1)
    return f"{'+' if share > 0.0 and rounded != fixed(0.0, 1) else ''}{rounded} %"


def answer(plant: Plant, study: Study, language: Language) -> tuple[str, ...]:
    """Say in short what was found, and what it rests on."""
    parts = (_machines(plant, study, language), _yield(study, language), _price(plant, study, language))
    joint = " " if language == "en" else ""
    return joint.join(parts), joint.join(_rests_on(plant, study, language))


def _machines(plant: Plant, study: Study, language: Language) -> str:
    best, spec = study.sizing.best, plant.spec
    installed, count = rating_text(best.installed), sum(block.count for block in best.blocks)
    fluid, layout = fluids_of(best, language), layouts_of(best, language)
    if spec.units:
        if language == "zh":
            return (
                f"电站由 {count} 台既定机组（{ratings_of(best.blocks)}）组成，装机 {installed}，"
                f"工质为{fluid}，{layout}。"
            )
        return (
            f"The plant has {count} given units ({ratings_of(best.blocks)}, {installed} installed) that run"
            f" on {fluid} in a {layout.lower()}."
        )
    rating, spare, target = rating_text(best.blocks[0].rating), best.blocks[0].spare, rating_text(spec.target)
    if language == "zh":
        asked = "装机容量" if spec.basis is TargetBasis.INSTALLED else "净功率"
        return (
            f"为达到{asked} {target}，选用 {count} 台 {rating} 机组，另设备用 {spare} 台"
            f"（装机 {installed}），工质为{fluid}，{layout}。"
        )
    asked = f"install {target}" if spec.basis is TargetBasis.INSTALLED else f"deliver {target} net"
    return (
        f"To {asked}, the plant takes {count} units of {rating} on duty and {spare or 'no'} spare"
        f" ({installed} installed), running on {fluid} in a {layout.lower()}."
    )


def _yield(study: Study, language: Language) -> str:
    best, site = study.sizing.best, study.sizing.plant.site
    wells, back, T = sum(best.wells), best.injection_wells, fixed(degC(T_reinjection(best.blocks)), 1)
    ambient = fixed(degC(site.T_ambient), 1)
    gross, net = power(best.gross, best.installed), power(best.plant_net, best.installed)
    flow = fixed(float(best.geofluid.mass_flow), 1)
    if language == "zh":
        return (
            f"由 {wells} 口生产井供给地热流体 {flow} kg/s，降至 {T} °C 后经 {back} 口回灌井全部回灌。"
            f"环境温度 {ambient} °C 时，发电功率 {gross}，扣除厂用电后净功率 {net}。"
        )
    feed, take = "feeds" if wells == 1 else "feed", "takes" if back == 1 else "take"
    return (
        f"{wells} production {_plural('well', wells)} {feed} them with {flow} kg/s, and {back} reinjection"
        f" {_plural('well', back)} {take} all of it back at {T} °C. At an ambient of {ambient} °C the"
        f" generators make {gross}, of which {net} reach the fence."
    )


def _price(plant: Plant, study: Study, language: Language) -> str:
    best, total = study.sizing.best, study.sizing.best.capital.total
    installed, net = fixed(total / best.installed * KILO, 0), fixed(best.specific_cost * KILO, 0)
    plan = fixed(plant.spec.costs.plan_specific * KILO, 0)
    if language == "zh":
        return (
            f"含井总投资 {money(total, language)}，合单位装机 {installed} 元/kW（规划值 {plan} 元/kW），"
            f"单位净功率 {net} 元/kW。"
        )
    return (
        f"With its wells it costs {money(total, language)}: {installed} CNY per installed kW, where the plan"
        f" names {plan}, and {net} CNY per net kW."
    )


def _rests_on(plant: Plant, study: Study, language: Language) -> Iterator[str]:
    names = {well.name: called(well, language) for well in plant.spec.wells}
    wells = zip(plant.spec.wells, study.sizing.best.wells, strict=True)
    used = [names[well.name] for well, n in wells if n]
    number = len(plant.assumptions)
    if language == "zh":
        yield f"前提：各生产井均与“{'”“'.join(used)}”同等。"
    else:
        yield f"What it rests on: every production well is taken to be as good as “{'”, “'.join(used)}”."
    for name, outcome in study.like:
        if names[name] not in used:
            condition, (needed,) = like_row(names[name], outcome, language)
            yield f"{condition}：{needed}。" if language == "zh" else f"{condition}: {needed}."
    if language == "zh":
        yield f"本结果含 {number} 项假定，逐项列于文后。"
    else:
        yield f"{number} inputs are assumptions; each is listed below with its reason."


def like_row(name: str, outcome: Candidate | Rejected, language: Language) -> tuple[str, tuple[str]]:
    """If all wells were of one type, and how many it would then take."""
    condition = f"若全部井均如“{name}”" if language == "zh" else f"If all wells were like {name}"
    if isinstance(outcome, Rejected):
        return condition, (obstacle_words(outcome.obstacle, language),)
    wells = sum(outcome.wells)
    if language == "zh":
        return condition, (f"需 {wells} 口生产井",)
    return condition, (f"{wells} production {_plural('well', wells)}",)


def notes(plant: Plant, study: Study, language: Language) -> Iterator[str]:
    """What to know before the numbers are used."""
    best = study.sizing.best
    yield text(f"designed_for_{plant.spec.objective}", language)
    own = 1.0 - best.plant_net / best.gross
    if language == "zh":
        yield f"装机容量按铭牌计；设计环境温度下厂用电占发电功率的 {fixed(own * _PERCENT, 1)} %。"
    else:
        yield (
            "Installed power counts nameplates. At the design ambient the plant itself uses"
            f" {fixed(own * _PERCENT, 1)} % of its gross power."
        )
    yield from _overshoot(plant, best, language)
    yield from _held_back(best, language)
    yield from _safety(best, language)
    yield text("no_price", language)


def _overshoot(plant: Plant, best: Candidate, language: Language) -> Iterator[str]:
    reached = best.installed if plant.spec.basis is TargetBasis.INSTALLED else best.plant_net
    over = reached / plant.spec.target - 1.0
    if over < _NOTICED:
        return
    if language == "zh":
        yield f"机组取整台，超出目标 {fixed(over * _PERCENT, 1)} %。"
    else:
        yield f"Units come whole: the plant exceeds its target by {fixed(over * _PERCENT, 1)} %."


def _held_back(best: Candidate, language: Language) -> Iterator[str]:
    named = [
        f"{bound_name(acted.bound, language)} {bound_sense(acted, block.unit.optimum).value}"
        f" {written_in_its_unit(acted.bound, acted.limit)}"
        for block in best.blocks
        for acted in block.unit.optimum.active
    ]
    if not named:
        return
    named = list(dict.fromkeys(named))
    if language == "zh":
        yield f"起作用的约束：{'、'.join(named)}。"
    else:
        yield f"Limits that hold the design back: {'; '.join(named)}."


def _safety(best: Candidate, language: Language) -> Iterator[str]:
    for fluid in dict.fromkeys(block.unit.fluid for block in best.blocks):
        if not any(mark in fluid.safety_class for mark in _FLAMMABLE):
            continue
        label, grade = fluid_label(fluid, language), fluid.safety_class
        if language == "zh":
            yield f"工质{label}安全等级 {grade}（可燃），须考虑防爆分区与泄漏监测。"
        else:
            yield (
                f"{label} is of safety class {grade} (flammable): hazardous zones and gas detection belong"
                " to the plant."
            )


def lost_by(screening: Screening, ranked: Ranked, language: Language) -> str:
    """How far a fluid and layout lies behind the best, in what the units are designed for."""
    costs = screening.objective is DesignObjective.SPECIFIC_COST
    if ranked.behind == 0.0:
        return text("cheapest_of_all" if costs else "best_of_all", language)
    if not costs:
        return signed_percent(-ranked.behind)
    dearer = signed_percent(ranked.behind / (1.0 - ranked.behind))
    return f"单位投资 {dearer}" if language == "zh" else f"{dearer} cost"


def why_rating(sizing: Sizing, language: Language) -> str:
    """Say how the chosen rating stands against the others, and how much brine is left over."""
    best, plant = sizing.best, sizing.plant
    own = best.cost_of_target(plant)
    others = [
        f"{rating_text(found.blocks[0].rating)} {signed_percent(found.cost_of_target(plant) / own - 1.0)}"
        for found in same_kind(sizing)
        if found is not None and found is not best
    ]
    rating, flow = rating_text(best.blocks[0].rating), float(best.geofluid.mass_flow)
    used = fixed(flow / (flow + best.surplus) * _PERCENT, 0)
    if language == "zh":
        against = f"与之相比：{'，'.join(others)}。" if others else ""
        return (
            f"{rating} 机组单位投资最低，为 {fixed(own * KILO, 0)} 元/kW，"
            f"用去所选井产量的 {used} %。{against}"
        )
    against = f" Against it: {', '.join(others)}." if others else ""
    return (
        f"Units of {rating} give the cheapest plant, {fixed(own * KILO, 0)} CNY/kW, and use {used} % of what"
        f" its wells can give.{against}"
    )


def against_chosen(sizing: Sizing, candidate: Candidate, language: Language) -> str:
    """Why a candidate lost: its cost over the chosen one's, and the two largest reasons."""
    best, plant = sizing.best, sizing.plant
    if candidate is best:
        return text("chosen_row", language)
    parts = []
    net = candidate.plant_net / best.plant_net - 1.0
    if abs(net) >= _NOTICED:
        parts.append(f"{text('against_net', language)} {signed_percent(net)}")
    ours, theirs = _compared(best), _compared(candidate)
    item = max(ours, key=lambda name: theirs[name] - ours[name])
    rise = theirs[item] - ours[item]
    if rise >= _NOTICED * best.capital.total:
        parts.append(
            f"{text(f'against_{item}', language)} +{millions(rise, language, of=best.capital.total)}"
        )
    cost = signed_percent(candidate.cost_of_target(plant) / best.cost_of_target(plant) - 1.0)
    reasons = ("，" if language == "zh" else ", ").join(parts)
    return f"{cost}{'：' if language == 'zh' else ': '}{reasons}" if parts else cost


def _compared(candidate: Candidate) -> dict[str, float]:
    """Items that can decide; all wells are one, indirect costs follow the others."""
    items = money_items(candidate)
    wells = items["production_wells"] + items["injection_wells"]
    return {name: items[name] for name in ("units", "spare", "gathering", "station")} | {"wells": wells}


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"
