"""Every word of reports and figures, in English and in Chinese."""

from typing import Final, Literal, TypeAlias

from orcplant.report.plant_texts import FIGURE_WORDS, PAGE_WORDS
from orcplant.report.year_texts import YEAR_FIGURE_WORDS, YEAR_PAGE_WORDS

Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

_POINTS: Final = {
    "pump_in": ("Pump inlet", "工质泵进口"),
    "pump_out": ("Pump outlet", "工质泵出口"),
    "recuperator_cold_out": ("Recuperator outlet, cold", "回热器冷侧出口"),
    "bubble": ("Bubble point", "泡点（饱和液）"),
    "dew": ("Dew point", "露点（饱和蒸气）"),
    "expander_in": ("Expander inlet", "膨胀机进口"),
    "expander_out": ("Expander outlet", "膨胀机出口"),
    "recuperator_hot_out": ("Recuperator outlet, hot", "回热器热侧出口"),
}

_COMPONENTS: Final = {
    "pump": ("Feed pump", "工质泵"),
    "heater": ("Heater", "加热器"),
    "preheater": ("Preheater", "预热器"),
    "evaporator": ("Evaporator", "蒸发器"),
    "expander": ("Expander", "膨胀机"),
    "generator": ("Generator", "发电机"),
    "recuperator": ("Recuperator", "回热器"),
    "condenser": ("Condenser", "冷凝器"),
    "mixing": ("Mixing of exhausts", "乏气混合"),
    "coolant_discharge": ("Warm coolant discharged", "冷却介质带走"),
    "fan_and_cooling_pump": ("Fans and cooling pumps", "风机与冷却水泵"),
}

_FIGURES: Final = {
    "axis_T": ("Temperature T [°C]", "温度 T [°C]"),
    "axis_s": ("Specific entropy s [kJ/(kg·K)]", "比熵 s [kJ/(kg·K)]"),
    "axis_h": ("Specific enthalpy h [kJ/kg]", "比焓 h [kJ/kg]"),
    "axis_p": ("Pressure p [bar, absolute]", "绝对压力 p [bar]"),
    "axis_Q_MW": ("Heat duty Q [MW]", "换热量 Q [MW]"),
    "axis_Q_kW": ("Heat duty Q [kW]", "换热量 Q [kW]"),
    "saturation_line": ("Saturation line", "饱和线"),
    "cycle_line": ("Cycle", "循环"),
    "high_cycle_line": ("Cycle, high pressure", "高压循环"),
    "low_cycle_line": ("Cycle, low pressure", "低压循环"),
    "geofluid": ("Geofluid", "地热流体"),
    "working_fluid": ("Working fluid", "工质"),
    "coolant": ("Coolant", "冷却介质"),
    "isobar": ("Isobar", "等压线"),
    "pinch": ("Pinch", "夹点"),
    "states": ("States", "状态点"),
    "low_condenser": ("Condenser, low pressure", "低压冷凝器"),
    "high_condenser": ("Condenser, high pressure", "高压冷凝器"),
    "low_heater": ("Heater, low pressure", "低压加热器"),
    "high_heater": ("Heater, high pressure", "高压加热器"),
    "phase_boundary": ("Bubble and dew point", "泡点与露点"),
}

_REPORT: Final = {
    "title": ("Thermodynamic cycle", "热力循环计算"),
    "subtitle": ("Organic Rankine cycle, design point", "有机朗肯循环设计点计算书"),
    "case": ("Case", "算例"),
    "fluid": ("Working fluid", "工质"),
    "layout": ("Layout", "循环形式"),
    "layout_simple": ("simple", "简单循环"),
    "layout_recuperated": ("recuperated", "回热循环"),
    "layout_dual_level": ("dual pressure level", "双压循环"),
    "layout_transcritical": (", transcritical", "（跨临界）"),
    "equation_of_state": ("Equation of state", "状态方程"),
    "heat_source": ("Heat source", "热源"),
    "heat_sink": ("Heat sink", "冷源"),
    "no_source": ("working-fluid flow given, no geofluid", "给定工质流量，无地热流体"),
    "no_sink": ("none given", "未给定"),
    "air": ("air", "空气"),
    "water": ("cooling water", "冷却水"),
    "liquid_geofluid": ("hot water", "热水"),
    "two_phase_geofluid": ("water and steam, quality", "汽水混合物，干度"),
    "key_numbers": ("Key numbers", "主要指标"),
    "net_power": ("Net power", "净功率"),
    "generator_power": ("Generator power", "发电机功率"),
    "shaft_power": ("Expander shaft power", "膨胀机轴功率"),
    "eta_thermal": ("Thermal efficiency", "热效率"),
    "utilisation": ("Exergy utilisation", "㶲利用率"),
    "exergy_efficiency": ("Exergy efficiency", "㶲效率"),
    "T_geofluid_out": ("Geofluid outlet", "地热流体出口温度"),
    "mass_flow_wf": ("Working-fluid flow", "工质流量"),
    "net_note": ("less feed pump and cooling", "已扣除工质泵与冷却耗功"),
    "generator_note": ("at the terminals", "发电机出线端"),
    "states_table": ("States of the working fluid", "工质状态点"),
    "number": ("No.", "编号"),
    "point": ("State", "状态点"),
    "quality": ("x", "x"),
    "streams": ("Geofluid and coolant", "地热流体与冷却介质"),
    "stream": ("Stream", "介质"),
    "inlet": ("Inlet", "进口"),
    "outlet": ("Outlet", "出口"),
    "pressure": ("Pressure", "压力"),
    "flow": ("Flow", "流量"),
    "powers": ("Powers", "功率"),
    "duties": ("Heat duties", "换热量"),
    "pinches": ("Pinches", "夹点温差"),
    "low_level": ("low pressure", "低压级"),
    "power_expander": ("Expander shaft", "膨胀机轴功率"),
    "power_pump": ("Feed pump", "工质泵"),
    "power_cycle": ("Cycle (expander less pump)", "循环净功（膨胀机减工质泵）"),
    "power_generator": ("Generator", "发电机"),
    "power_fan": ("Fans", "风机"),
    "power_cooling_pump": ("Cooling pump", "冷却水泵"),
    "power_net": ("Net", "净功率"),
    "duty_heat_in": ("Heat taken in", "吸热量"),
    "duty_recuperator": ("Recuperator", "回热量"),
    "duty_condenser": ("Condenser", "冷凝放热量"),
    "balances": ("Powers, duties and pinches", "功率、换热量与夹点温差"),
    "balance": ("Energy balance closes within", "能量平衡残差不超过吸热量的"),
    "of_heat": ("of the heat taken in", ""),
    "exergy": ("Exergy: where it goes", "㶲平衡"),
    "exergy_given": ("Exergy the geofluid gives up", "地热流体放出的㶲"),
    "exergy_brought": ("Exergy the geofluid brings", "地热流体带入的㶲"),
    "dead_state": ("Dead state", "环境基准状态"),
    "exergy_of_given": ("share of the exergy given up", "占放出㶲的比例"),
    "figures": ("Diagrams", "热力过程图"),
    "figure_ts": (
        "T-s diagram. Geofluid and coolant are drawn over the entropy of the working fluid they face.",
        "T-s 图。地热流体与冷却介质按对应换热位置的工质熵绘制。",
    ),
    "figure_tq": (
        "T-Q diagram of every exchanger, from its cold end; the smallest difference is marked.",
        "各换热器的 T-Q 图（自冷端起），并标出夹点温差。",
    ),
    "figure_ph": ("Pressure-enthalpy diagram, logarithmic in pressure.", "压焓图（压力为对数坐标）。"),
    "warnings": ("Warnings", "警告"),
    "inputs": ("Inputs of the case", "算例输入"),
    "method": ("Method and sources", "方法与依据"),
    "shaft_note": (
        "No generator efficiency was given: powers are at the expander shaft.",
        "未给定发电机效率：功率均为膨胀机轴端功率。",
    ),
    "other_language": ("中文", "English"),
    "versions": ("Computed with", "计算软件"),
}

_IN_FIGURES: Final = {**_COMPONENTS, **_POINTS, **_FIGURES, **FIGURE_WORDS, **YEAR_FIGURE_WORDS}
_TABLE: Final[dict[str, tuple[str, str]]] = {**_IN_FIGURES, **_REPORT, **PAGE_WORDS, **YEAR_PAGE_WORDS}
_TO_CHINESE: Final = dict(_IN_FIGURES.values())

METHOD: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "Explicit design: states follow from pressures and isentropic efficiencies, flows from the heat"
        " balance at the tightest point of each exchanger. Stations stand on every phase boundary."
        " Pressure drops are zero.",
        "Net power = generator − feed pump − fans − cooling pump; well pumps are not included."
        " Thermal efficiency = (expander − pump) / heat taken in.",
        "Exergy efficiency = net power / exergy the geofluid gives up; utilisation = net power / exergy it"
        " brings.",
        "Method: DiPippo, Geothermal Power Plants, 4th ed., 2016, chapter 8; Bejan, Tsatsaronis, Moran,"
        " Thermal Design and Optimization, 1996, chapter 3 (exergy).",
        "Geofluid: properties of pure water, IAPWS-95 (Wagner, Pruss, 2002). Working fluid: Helmholtz"
        " equations of state through CoolProp (Bell et al., 2014); h and s count from CoolProp's default"
        " reference state.",
    ),
    "zh": (
        "显式设计计算：各状态点由压力和等熵效率确定，流量由各换热器最紧处（夹点）的热平衡确定，"
        "相变边界处均设计算站点；压降按零计。",
        "净功率 = 发电机 − 工质泵 − 风机 − 冷却水泵，不含井泵；热效率 =（膨胀机 − 工质泵）/ 吸热量。",
        "㶲效率 = 净功率 / 地热流体放出的㶲；㶲利用率 = 净功率 / 地热流体带入的㶲。",
        "方法依据：DiPippo, Geothermal Power Plants, 4th ed., 2016, 第 8 章；"
        "Bejan, Tsatsaronis, Moran, Thermal Design and Optimization, 1996, 第 3 章（㶲）。",
        "地热流体按纯水物性（IAPWS-95, Wagner, Pruss, 2002）；工质物性取亥姆霍兹状态方程"
        "（CoolProp, Bell et al., 2014），h、s 以 CoolProp 默认参考态为零点。",
    ),
}


def text(key: str, language: Language) -> str:
    """Wording of a key.

    Raises
    ------
    KeyError
        If the key has no wording.
    """
    return _TABLE[key][LANGUAGES.index(language)]


def to_chinese(english: str) -> str:
    """Chinese wording of a text in a figure; numbers and symbols stay as they are."""
    return _TO_CHINESE.get(english, english)
