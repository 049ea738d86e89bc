"""Every word of the water report and its figures, in English and in Chinese."""

from collections.abc import Mapping
from typing import Final

from orcplant.report.texts import LANGUAGES, Language
from orcplant.report.texts import text as shared

MINERAL_NAMES: Final = {
    "calcite": ("Calcite", "方解石"),
    "aragonite": ("Aragonite", "文石"),
    "silica_am": ("Amorphous silica", "无定形二氧化硅"),
    "chalcedony": ("Chalcedony", "玉髓"),
    "quartz": ("Quartz", "石英"),
    "anhydrite": ("Anhydrite", "硬石膏"),
    "gypsum": ("Gypsum", "石膏"),
    "barite": ("Barite", "重晶石"),
    "celestite": ("Celestite", "天青石"),
    "fluorite": ("Fluorite", "萤石"),
    "dolomite": ("Dolomite", "白云石"),
    "sepiolite": ("Sepiolite", "海泡石"),
    "talc": ("Talc", "滑石"),
    "chrysotile": ("Chrysotile", "纤蛇纹石"),
    "siderite": ("Siderite", "菱铁矿"),
    "halite": ("Halite", "石盐"),
}

READING_NAMES: Final = {
    "analysed": ("as analysed", "按化验值"),
    "gas_analysis": ("with the gas measured", "计入实测气体"),
    "restored": ("CO2 restored", "补回 CO2"),
}

MATERIAL_NAMES: Final = {
    "carbon_steel": ("Carbon steel", "碳钢"),
    "304L": ("Stainless 304L", "304L 不锈钢"),
    "316L": ("Stainless 316L", "316L 不锈钢"),
    "duplex_2205": ("Duplex 2205", "2205 双相不锈钢"),
    "titanium_grade_1": ("Titanium grade 1", "1 级工业纯钛"),
    "alloy_59": ("Alloy 59", "59 合金"),
    "copper_alloys": ("Copper alloys", "铜合金"),
}

VERDICTS: Final = {
    "suitable": ("nothing known against it", "未见不利因素"),
    "with_allowance": ("with a corrosion allowance", "需留腐蚀裕量"),
    "needs_test": ("only after a test", "须经试验"),
    "unsuitable": ("unsuitable", "不适用"),
}

_FIGURES: Final = {
    "invented_mark": ("INVENTED WATER", "虚拟水样"),
    "axis_index": ("Saturation index", "饱和指数"),
    "axis_calcite": ("Calcite index", "方解石饱和指数"),
    "axis_silica": ("Silica ratio", "二氧化硅饱和比"),
    "axis_pressure": ("Pressure [bar]", "压力 [bar]"),
    "limit_line": ("limit", "限值"),
    "in_place": ("in place", "实际压力"),
    "bubble_point": ("bubble point", "泡点"),
    "band_key": ("90 % band", "90 % 区间"),
    "after_flash": ("after flashing", "闪蒸后"),
    "gas_out": ("gas out", "脱气后"),
    "saturated": ("saturated", "饱和"),
    "axis_T_path": ("Temperature [°C]", "温度 [°C]"),
    "no_gas_out": ("liquid, no gas out", "单相，未脱气"),
}

_REPORT: Final = {
    "water_title": ("Water chemistry", "地热水化学"),
    "water_subtitle": ("Scaling and corrosion from the well to reinjection", "从井口到回灌的结垢与腐蚀评价"),
    "invented_banner": (
        "Invented water: nothing here was measured. The results show how the calculation answers, not"
        " what the"
        " real water does.",
        "虚拟水样：所有成分均为假设，非实测。结果仅用于说明计算方法，不代表真实水质。",
    ),
    "source": ("Source", "来源"),
    "sampled": ("Sample", "采样"),
    "sample_pH": ("pH", "pH"),
    "charge_balance": ("Charge balance", "电荷平衡误差"),
    "solids": ("Dissolved solids", "溶解固体"),
    "judged_by": ("Judged by", "评价依据"),
    "tile_margin": ("Bubble-point margin", "泡点裕度"),
    "tile_margin_note": ("smallest on the path", "沿程最小值"),
    "tile_calcite": ("Calcite index", "方解石饱和指数"),
    "tile_calcite_note": ("largest on the path", "沿程最大值"),
    "tile_silica": ("Silica ratio", "二氧化硅饱和比"),
    "tile_silica_note": ("at the coldest place", "最冷处"),
    "tile_T_silica": ("Coldest safe reinjection", "最低安全回灌温度"),
    "tile_T_silica_note": ("amorphous silica at ratio", "无定形二氧化硅饱和比"),
    "tile_larson": ("Larson-Skold index", "Larson-Skold 指数"),
    "tile_larson_note": ("above 1.2: local attack", "大于 1.2 易局部腐蚀"),
    "tile_steel": ("Carbon steel", "碳钢腐蚀速率"),
    "tile_steel_note": ("NORSOK M-506, largest on the path", "NORSOK M-506，沿程最大值"),
    "level_green": ("good", "良好"),
    "level_yellow": ("watch", "关注"),
    "level_amber": ("act soon", "尽快处理"),
    "level_red": ("act now", "立即处理"),
    "level_unknown": ("not known", "未知"),
    "h_path": ("Along the path", "沿程变化"),
    "h_indices": ("Saturation indices", "饱和指数"),
    "some_places": (
        "Not every place of this long path has a column here; path.csv holds them all.",
        "路径较长，此处仅列部分位置；全部结果见 path.csv。",
    ),
    "h_flash": ("If gas breaks out", "若发生脱气"),
    "h_scale": ("Scale, upper bound", "结垢量上限"),
    "h_silica": ("Silica", "二氧化硅"),
    "h_corrosion": ("Corrosion and indices", "腐蚀与稳定指数"),
    "h_materials": ("Materials", "材料选择"),
    "h_inhibitor": ("Scale inhibitor", "阻垢剂"),
    "h_uncertainty": ("How sure this is", "不确定性"),
    "h_analysis": ("The analysis", "水质分析"),
    "h_notes": ("To be known", "须知"),
    "h_method": ("Method and sources", "方法与依据"),
    "h_given": ("Inputs", "输入"),
    "figure_path": (
        "The water on its way: calcite by reading, silica, and pressure against the bubble point.",
        "沿程变化：不同口径的方解石指数、二氧化硅饱和比、压力与泡点。",
    ),
    "figure_minerals": (
        "Minerals that form within hours, for the reading that is judged. Above 0 they may fall out.",
        "短时间内可析出的矿物（按评价口径）；大于 0 时可能析出。",
    ),
    "figure_flash": (
        "Calcite in water that stays liquid, and after part of it has flashed.",
        "保持单相与闪蒸后的方解石饱和指数。",
    ),
    "col_place": ("Place", "位置"),
    "col_reading": ("Reading", "口径"),
    "col_bubble": ("Bubble point", "泡点压力"),
    "col_margin": ("Margin", "裕度"),
    "col_ratio": ("Silica ratio", "饱和比"),
    "col_steam": ("Steam", "蒸汽"),
    "col_CO2_lost": ("CO2 lost", "脱除 CO2"),
    "col_calcite_max": ("CaCO3 at most", "CaCO3 上限"),
    "col_mineral": ("Mineral", "矿物"),
    "col_fournier": ("Fournier", "Fournier"),
    "col_gunnarsson": ("Gunnarsson, Arnorsson", "Gunnarsson, Arnorsson"),
    "col_bare": ("de Waard, bare", "de Waard 裸钢"),
    "col_scaled": ("under scale", "有保护膜"),
    "col_norsok": ("NORSOK M-506", "NORSOK M-506"),
    "col_material": ("Material", "材料"),
    "col_verdict": ("Verdict", "结论"),
    "col_reasons": ("Because", "原因"),
    "col_species": ("Species", "组分"),
    "col_content": ("Content", "含量"),
    "col_sigma": ("Uncertainty", "不确定度"),
    "col_database": ("Database", "数据库"),
    "semicolon": ("; ", "；"),
    "comma": (", ", "，"),
    "from_downhole": ("downhole", "井下"),
    "from_wellhead": ("wellhead", "井口"),
    "from_separator_liquid": ("separator liquid", "分离器液相"),
    "from_weir": ("weir", "堰口"),
    "from_pipeline": ("pipeline", "管道"),
    "left_out": ("without", "不含"),
    "below_limit": ("below", "低于"),
    "row_T_silica": ("Coldest safe, ratio", "最低安全温度，饱和比"),
    "row_T_silica_flashed": ("the same with steam out", "分离蒸汽后"),
    "expanded": ("expanded", "绝热膨胀"),
    "row_quartz": ("Quartz geothermometer", "石英温标"),
    "row_chalcedony": ("Chalcedony geothermometer", "玉髓温标"),
    "row_NaK": ("Na-K geothermometer", "Na-K 温标"),
    "row_KMg": ("K-Mg geothermometer", "K-Mg 温标"),
    "row_depth": ("Dosing point", "加药点"),
    "row_rate": ("Dosing rate", "加药速率"),
    "row_yearly": ("Consumption in a year", "年用量"),
    "dose_before": ("at {place} or before it", "{place}或其上游"),
    "dose_below": ("{depth} m below {place}", "{place}以下 {depth} m"),
    "no_dosing": (
        "Not needed by this reading: calcite stays below the limit and no gas comes out.",
        "按评价口径无需加药：方解石指数低于限值且未脱气。",
    ),
    "dosing_unknown": ("Needs operation.mass_flow_kg_s.", "需给出 operation.mass_flow_kg_s。"),
    "no_scale": ("Nothing that forms within hours is oversaturated.", "短时间可析出的矿物均未过饱和。"),
    "no_flash": (
        "No gas comes out on this path; --flash-T-C shows what would happen.",
        "沿程未脱气；可用 --flash-T-C 查看闪蒸结果。",
    ),
    "no_phreeqc": (
        "The package phreeqc is not installed: no speciation, no saturation index, no bubble point. Closed"
        " formulas answer below.",
        "未安装 phreeqc：无形态计算、饱和指数与泡点，以下仅给出经验公式结果。",
    ),
    "spread_note": (
        "Calcite along the path: 5, 50 and 95 % of analyses drawn at random (each value with its own"
        " uncertainty, temperatures 1 K, the reservoir 10 K), widened by the databases below. A column"
        " after them is the other end of the lost CO2.",
        "方解石指数沿程：对分析值随机抽样（各值取自身不确定度，温度 1 K，储层温度 10 K）的 5、50、95 % 分位，"
        "并计入下列数据库差异；其后如另有一列，为 CO2 损失的另一端。",
    ),
    "given_note": ("As in the file.", "与文件一致。"),
}

_TABLE: Final[Mapping[str, tuple[str, str]]] = {**_FIGURES, **_REPORT}


def text(key: str, language: Language) -> str:
    """Wording of a key of the water report, or of all reports.

    Raises
    ------
    KeyError
        If the key has no wording.
    """
    for table in (_TABLE, MINERAL_NAMES, READING_NAMES, MATERIAL_NAMES, VERDICTS):
        if key in table:
            return table[key][LANGUAGES.index(language)]
    return shared(key, language)


def figure_words() -> dict[str, str]:
    """English words of the figures and their wording in Chinese."""
    return dict([*_FIGURES.values(), *MINERAL_NAMES.values(), *READING_NAMES.values()])


METHOD: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "Speciation: PHREEQC (Parkhurst and Appelo, 2013) with llnl.dat, held to its SHA-256; core10"
        " and Thermoddem"
        " give the spread. Each place is computed from the sample, in a closed system.",
        "As analysed takes the sample's pH at its word. CO2 restored adds as much CO2 as brings calcite"
        " to equilibrium at"
        " the temperature of the reservoir. Without a gas analysis the truth lies between them.",
        "Bubble point: vapour pressure of water and the pressures of dissolved gases (ideal gas;"
        " Henry's constants of"
        " IAPWS G7-04). After flashing: steam from the enthalpy of water, CO2 balance closed by a root. Where"
        " gas has come out: as much as temperature and pressure of the place ask for.",
        "Silica ratio: dissolved over the amorphous solubility of Fournier (1977). Reinjection must"
        " stay above the temperature"
        " where it reaches its limit.",
        "Scale masses are equilibrium, an upper bound. Dolomite and magnesium silicates are shown and"
        " never alarm:"
        " they do not form within hours.",
        "De Waard, Lotz, Milliams (1991) and NORSOK M-506 are of water that CO2 makes acid; outside"
        " their range"
        " there is no number. Larson and Skold (1958) comes from Great Lakes water.",
    ),
    "zh": (
        "形态计算：PHREEQC（Parkhurst、Appelo，2013），数据库 llnl.dat（以 SHA-256 校验）；core10 与"
        " Thermoddem 用于给出"
        "数据差异。各点均由水样按封闭体系计算。",
        "“按化验值”直接采用水样 pH；“补回 CO2”按储层温度下方解石平衡补入 CO2。无气体分析时，"
        "真实值介于二者之间。",
        "泡点：水的饱和蒸气压与溶解气体分压之和（理想气体；IAPWS G7-04 亨利常数）。闪蒸：蒸汽量由水的焓得出，"
        "CO2 平衡以求根闭合。低于泡点处：按该处温度与压力确定脱气量。",
        "饱和比：溶解二氧化硅与无定形溶解度（Fournier，1977）之比；回灌温度应高于达到限值的温度。",
        "结垢量为平衡上限。白云石与镁硅酸盐反应缓慢，仅列出，不报警。",
        "de Waard、Lotz、Milliams（1991）与 NORSOK M-506 适用于 CO2 致酸的水，超出范围不给数值；Larson、"
        "Skold（1958）"
        "得自五大湖水。",
    ),
}
