"""Words of the sizing report, in English and in Chinese; `texts.py` looks them up."""

from typing import Final

FIGURE_WORDS: Final = {
    "chosen": ("chosen", "选定"),
    "idle_recuperator": ("idle recuperator", "回热器不起作用"),
    "no_design": ("no design", "无可行设计"),
    "as_designed": ("as designed", "设计值"),
    "target": ("Target", "目标"),
    "axis_cost_net": ("Investment per net kW [CNY/kW]", "单位净功率投资 [元/kW]"),
    "axis_cost_target": ("Investment per kW asked for [CNY/kW]", "单位目标功率投资 [元/kW]"),
    "axis_unit_price": ("Price of units [CNY/kW]", "机组价格 [元/kW]"),
    "axis_plant_net_MW": ("Plant net power [MW]", "电站净功率 [MW]"),
    "axis_plant_net_kW": ("Plant net power [kW]", "电站净功率 [kW]"),
    "axis_power_MW": ("Power [MW]", "功率 [MW]"),
    "axis_power_kW": ("Power [kW]", "功率 [kW]"),
    "axis_net_of_brine": ("Unit net power per brine flow [kJ/kg]", "单位流量的机组净功 [kJ/kg]"),
    "axis_net_short": ("Net [kJ/kg]", "净功 [kJ/kg]"),
    "axis_wells": ("Wells", "生产井"),
    "axis_brine_flow": ("Brine [kg/s]", "流量 [kg/s]"),
    "percent_of_gross": ("% of gross", "占比 %"),
    "item_units": ("Units on duty", "运行机组"),
    "item_spare": ("Spare units", "备用机组"),
    "item_production_wells": ("Production wells", "生产井"),
    "item_injection_wells": ("Reinjection wells", "回灌井"),
    "item_gathering": ("Brine pipelines", "集输管网"),
    "item_station": ("Station", "站内公用设施"),
    "item_indirect": ("Indirect costs", "间接费用"),
    "price_single": ("One of its kind", "单台价格"),
    "price_series": ("In the series", "批量均价"),
    "price_with_spares": ("Series, with spares", "批量价（含备用）"),
    "row_rating": ("Rating of a unit", "单机容量"),
    "row_units": ("On duty + spare", "运行 + 备用"),
    "row_used": ("Brine used [%]", "井产量利用率 [%]"),
    "row_efficiency": ("Expander efficiency [%]", "膨胀机效率 [%]"),
    "installed": ("Installed", "装机容量"),
    "gross": ("Gross", "发电功率"),
    "feed_pumps": ("Feed pumps", "工质泵"),
    "cooling": ("Cooling fans", "冷却风机"),
    "unit_net": ("Net of the units", "机组净功率"),
    "well_pumps": ("Well pumps", "生产井泵"),
    "reinjection_pumps": ("Reinjection pumps", "回灌泵"),
    "station_service": ("Station service", "站用电"),
    "plant_net": ("Plant net", "电站净功率"),
    "cycle_simple": ("Simple cycle", "简单循环"),
    "cycle_recuperated": ("Recuperated cycle", "回热循环"),
    "cycle_transcritical": ("Transcritical cycle", "跨临界循环"),
    "factor_ambient": ("Design ambient [°C]", "设计环境温度 [°C]"),
    "factor_pinch": ("All pinches [K]", "各换热器夹点 [K]"),
    "factor_expander_efficiency": ("Expander efficiency [± points]", "膨胀机效率 [± 百分点]"),
    "factor_well_flow": ("Flow of a well [± %]", "单井流量 [± %]"),
    "factor_flow_basis": ("cold volume", "按冷态体积"),
    "factor_well_temperature": ("Wellhead temperature [± K]", "井口温度 [± K]"),
    "factor_reinjection_limit": ("Reinjection at least [°C]", "回灌温度下限 [°C]"),
}

PAGE_WORDS: Final = {
    "sizing_title": ("Plant sizing", "电站选型"),
    "sizing_subtitle": (
        "Geothermal ORC power station: size at the design point",
        "地热 ORC 电站选型计算书（设计工况）",
    ),
    "contents": ("Contents", "目录"),
    "answer": ("The answer", "结论"),
    "site": ("Site", "厂址"),
    "resource": ("Resource", "地热资源"),
    "asked": ("Asked for", "设计目标"),
    "basis_installed": ("installed (nameplates of the units on duty)", "装机容量（运行机组铭牌功率之和）"),
    "basis_net": ("net, at the fence", "净功率（上网侧）"),
    "elevation": ("elevation", "海拔"),
    "design_ambient": ("design ambient", "设计环境温度"),
    "tile_installed": ("Installed", "装机容量"),
    "tile_gross": ("Gross", "发电功率"),
    "tile_net": ("Plant net", "电站净功率"),
    "tile_units": ("Units", "机组"),
    "tile_fluid": ("Working fluid", "工质"),
    "tile_wells": ("Wells", "井数"),
    "tile_brine": ("Brine", "地热流体流量"),
    "tile_reinjection": ("Reinjection", "回灌温度"),
    "tile_capital": ("Investment", "总投资"),
    "tile_per_installed": ("Per installed kW", "单位装机投资"),
    "tile_per_net": ("Per net kW", "单位净功率投资"),
    "note_gross": ("at the generators", "发电机出线端"),
    "note_not_followed": ("this layout is not followed off its design point", "该循环形式不作变工况模拟"),
    "units_note": ("on duty + spare", ""),
    "sized_for": ("Flows, powers and duties below", "以下流量、功率与换热量"),
    "wells_unit": ("production + reinjection", "生产 + 回灌"),
    "cny_kw": ("CNY/kW", "元/kW"),
    "h_notes": ("Before you use these numbers", "使用前须知"),
    "h_rating": ("Why this rating", "单机容量的选择"),
    "h_power": ("From the generators to the fence", "从发电机到上网侧"),
    "h_wells": ("Wells and brine", "地热井与地热流体"),
    "h_unit": ("The unit", "机组设计"),
    "h_limits": ("Limits that act on the design", "起作用的约束"),
    "h_screening": ("Working fluids and layouts", "工质与循环形式筛选"),
    "h_candidates": ("Candidates, and why they lost", "备选方案比较"),
    "h_sensitivity": ("What the size hangs on", "敏感性分析"),
    "h_money": ("Investment", "投资"),
    "h_balance": ("Balances", "平衡校核"),
    "h_assumptions": ("Assumptions", "假定条件"),
    "h_given": ("Given", "给定条件"),
    "h_method": ("Method and sources", "方法与依据"),
    "figure_ratings": (
        "Investment per kilowatt against the rating of a unit, for the chosen fluid and layout. Below: the"
        " price of the units alone. A larger machine is cheaper per kilowatt (economy of scale), a longer"
        " series is cheaper per machine (learning), and few large units pay for their spare.",
        "选定工质与循环形式下，单位功率投资随单机容量的变化。下图为机组自身价格：单机越大单位造价越低（规模效应），"
        "台数越多单台越便宜（批量效应），台数少时备用机组所占比例大。",
    ),
    "figure_candidates": (
        "All candidates: investment against plant net power. Larger marks are larger units.",
        "全部备选方案：单位投资与电站净功率，标记越大单机容量越大。",
    ),
    "figure_screening": (
        "Unit net power from a kilogram of brine, each fluid in each layout at its own optimum. Beside the"
        " bar: the limits its optimum leans on. No bar: why it was refused.",
        "各工质、各循环形式在各自最优参数下单位流量地热流体的机组净功。条形右侧为其最优点所受的约束；无条形者注明未采用的原因。",
    ),
    "figure_sensitivity": (
        "One assumption changed at a time, and the plant designed anew with the same fluid, layout and"
        " rating. Dashed: as designed.",
        "逐项改变一个条件，工质、循环形式与单机容量不变，重新设计电站。虚线为设计值。",
    ),
    "figure_power": ("Where the power goes, at the design ambient.", "设计环境温度下的功率去向。"),
    "col_item": ("Item", "项目"),
    "col_share": ("share", "占比"),
    "axis_eta_expander": ("Expander", "膨胀机效率"),
    "col_type": ("Type of well", "井类型"),
    "col_phase": ("Wellhead", "井口相态"),
    "col_flow_each": ("Flow of one", "单井流量"),
    "col_available": ("Available", "可用数"),
    "col_used": ("Used", "选用数"),
    "col_limit": ("Limit", "约束"),
    "col_value": ("Value", "设计值"),
    "col_bound": ("Bound", "限值"),
    "col_meaning": ("What it means", "含义"),
    "col_fluid": ("Fluid", "工质"),
    "col_layout": ("Layout", "循环形式"),
    "col_rating": ("Rating", "单机"),
    "col_units": ("Units", "台数"),
    "col_wells": ("Wells", "生产井"),
    "col_brine": ("Brine", "流量"),
    "col_net": ("Plant net", "净功率"),
    "col_unit_net": ("Unit net", "机组净功率"),
    "col_difference": ("Difference", "变化"),
    "against_net": ("net", "净功率"),
    "against_units": ("units", "运行机组"),
    "against_spare": ("spares", "备用机组"),
    "against_wells": ("wells", "井"),
    "against_gathering": ("pipelines", "集输管网"),
    "against_station": ("station", "站内设施"),
    "price_level": ("price level", "价格水平"),
    "col_net_brine": ("Unit net", "机组净功"),
    "col_capital": ("Investment", "投资"),
    "col_cost": ("Per net kW", "单位投资"),
    "col_cost_target": ("Per kW asked for", "单位目标投资"),
    "col_against": ("Against the chosen plant", "与选定方案相比"),
    "col_class": ("Safety class", "安全等级"),
    "col_p_evap": ("Evaporating", "蒸发"),
    "col_p_cond": ("Condensing", "冷凝"),
    "col_T_out": ("Brine out", "出口温度"),
    "col_why": ("Why it stands here", "说明"),
    "col_factor": ("Changed", "改变的条件"),
    "col_to": ("to", "取值"),
    "col_key": ("Key", "键"),
    "col_reason": ("Why (as written in plant.toml)", "说明（plant.toml 原文）"),
    "col_residual": ("Residual", "相对残差"),
    "million_cny": ("million CNY", "万元"),
    "short_simple": ("simple", "简单"),
    "short_recuperated": ("recuperated", "回热"),
    "short_transcritical": ("transcritical", "跨临界"),
    "brine_at_units": ("Brine as it reaches the units", "机组进口地热流体"),
    "brine_needed": ("Needed by the units on duty", "运行机组所需流量"),
    "brine_given": ("Given by the wells", "所选井总产量"),
    "brine_left": ("Left over", "富余流量"),
    "bubble_margin": ("Least pressure above the bubble point", "最小泡点压力裕度"),
    "fluid_up_to": ("Fluid allowed up to", "工质使用温度上限"),
    "liquid": ("liquid", "液态"),
    "two_phase": ("steam and water", "汽水两相"),
    "total": ("Total", "合计"),
    "best_of_all": ("most power from the brine", "单位流量净功最高"),
    "cheapest_of_all": ("cheapest net kilowatt", "单位净功率投资最低"),
    "designed_for_unit_net": (
        "Every unit is designed for the most net power from its brine.",
        "各机组按单位流量净功最大设计。",
    ),
    "designed_for_specific_cost": (
        "Every unit is designed for the least investment per net kilowatt, its share of the wells included.",
        "各机组按单位净功率投资最低设计（含分摊的井投资）。",
    ),
    "chosen_row": ("chosen", "选定"),
    "of_fluid": ("Fluid and safety", "工质与安全"),
    "per_unit": ("One unit at its rating", "单台机组（额定工况）"),
    "brine_each": ("Brine of one unit", "单台地热流体流量"),
    "expander_efficiency": ("Expander efficiency, isentropic", "膨胀机等熵效率"),
    "no_limit_acts": (
        "No limit acts: the optimum lies inside all of them.",
        "无约束起作用，最优点位于全部约束之内。",
    ),
    "residual_energy": (
        "Energy: brine and feed pump in, condenser air and expander out",
        "能量：地热流体与工质泵输入，冷却空气与膨胀机输出",
    ),
    "residual_exergy": ("Exergy: given up by the brine, used and lost", "㶲：地热流体放出，净功与各项损失"),
    "residual_power": (
        "Power: gross less all consumers, and plant net",
        "功率：发电功率减各项厂用电，与电站净功率",
    ),
    "residual_money": ("Money: sum of the items, and the total", "投资：分项之和与合计"),
    "no_price": (
        "The yearly energy comes from 8760 hours of operation (orcplant year tells them). The cost of a"
        " kilowatt-hour is not computed: the hours carry no prices.",
        "年上网电量由全年 8760 小时逐时模拟得出（详见 orcplant year）；度电成本未计算：逐时结果尚未计价。",
    ),
    "given_note": (
        "Keys of plant.toml that are no assumption; their sources stand beside them in the file.",
        "plant.toml 中非假定的条目，其来源在该文件中逐项注明。",
    ),
    "files_note": ("Tables for further work", "数据表"),
}

SIZING_METHOD: Final = {
    "en": (
        "Every unit is designed at its optimum: evaporating pressure, superheat and condensing temperature"
        " for what is asked of it (design.objective: most net power, or least investment per net kilowatt),"
        " under all limits. Its efficiencies depend on the rating alone, so its flows and powers scale with"
        " the brine. The answer is solved once more with the reference equations of state.",
        "Every candidate holds the target by itself, with whole units, whole wells, and as few spare units"
        " as let all duty units run for the wanted share of time (binomial; Billinton, Allan, Reliability"
        " Evaluation of Engineering Systems, 2nd ed., 1992, section 3.5).",
        "Candidates are compared by investment per net kilowatt; where net power is asked for, by investment"
        " per kilowatt asked for, so that overshooting earns nothing.",
        "Prices: a unit scales with its rating to a power (Couper, Penney, Fair, Walas, Chemical Process"
        " Equipment, 3rd ed., 2012, chapter 21); every doubling of a series lowers the price by a fixed"
        " share (Wright, J. Aeronautical Sciences 3 (1936) 122-128). Exponent, share and prices are"
        " assumptions.",
        "Installed = nameplates of the units on duty, spares apart. Gross = generator terminals. Unit net ="
        " gross − feed pumps − fans. Plant net = unit net − well pumps − reinjection pumps − station"
        " service.",
    ),
    "zh": (
        "每种机组均取最优参数：在全部约束下按设计目标（design.objective：净功率最大或单位净功率投资最低）"
        "优化蒸发压力、过热度与冷凝温度。"
        "效率仅取决于单机容量，流量与功率与地热流体流量成正比；最终结果以基准状态方程复算。",
        "每个备选方案均独立满足目标：机组与井均取整数；备用机组取使全部运行机组同时可用的概率达到要求的最少台数"
        "（二项分布；Billinton, Allan, Reliability Evaluation of Engineering Systems, 2nd ed., 1992,"
        " 第 3.5 节）。",
        "备选方案按单位净功率投资比较；若目标为净功率，则按单位目标功率投资比较，超出部分不计收益。",
        "价格：机组造价按单机容量的幂次变化（Couper, Penney, Fair, Walas, Chemical Process Equipment,"
        " 3rd ed., 2012, 第 21 章）；台数每翻一番单价按固定比例下降"
        "（Wright, J. Aeronautical Sciences 3 (1936) 122-128）。指数、比例与价格均为假定。",
        "装机容量 = 运行机组铭牌功率之和，不含备用；发电功率 = 发电机出线端；"
        "机组净功率 = 发电功率 − 工质泵 − 风机；"
        "电站净功率 = 机组净功率 − 生产井泵 − 回灌泵 − 站用电。",
    ),
}
