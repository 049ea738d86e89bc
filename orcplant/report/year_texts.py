"""Words of the report of a year, in English and in Chinese; `texts.py` looks them up."""

from typing import Final

MONTHS: Final = (
    ("Jan", "1月"),
    ("Feb", "2月"),
    ("Mar", "3月"),
    ("Apr", "4月"),
    ("May", "5月"),
    ("Jun", "6月"),
    ("Jul", "7月"),
    ("Aug", "8月"),
    ("Sep", "9月"),
    ("Oct", "10月"),
    ("Nov", "11月"),
    ("Dec", "12月"),
)

YEAR_FIGURE_WORDS: Final = {
    **{f"month_{number}": names for number, names in enumerate(MONTHS, start=1)},
    "year_net": ("Plant net", "电站净功率"),
    "year_gross": ("Gross", "发电功率"),
    "year_day_band": ("Lowest and highest hour of the day", "日内最低与最高"),
    "year_day_mean": ("Daily mean", "日平均"),
    "year_mean": ("Mean of the year", "全年平均"),
    "axis_year_ambient": ("Ambient [°C]", "环境温度 [°C]"),
    "axis_year_hours": ("Hours of the year [h]", "全年小时数 [h]"),
    "axis_year_hours_above": ("Hours with at least this power [h]", "不低于该功率的小时数 [h]"),
    "axis_year_hours_bin": ("Hours [h]", "小时数 [h]"),
    "axis_year_power_MW": ("Power [MW]", "功率 [MW]"),
    "axis_year_power_kW": ("Power [kW]", "功率 [kW]"),
    "axis_year_return": ("Reinjection [°C]", "回灌温度 [°C]"),
    "year_all_units": ("all units on duty", "运行机组全部投运"),
    "year_week_january": ("A week in January", "1月的一周"),
    "year_week_july": ("A week in July", "7月的一周"),
    "axis_year_day": ("Day", "天"),
}

YEAR_PAGE_WORDS: Final = {
    "year_title": ("A year of operation", "全年运行模拟"),
    "year_subtitle": (
        "Geothermal ORC power station: a year of operation, hour by hour",
        "地热 ORC 电站全年逐时运行模拟",
    ),
    "fact_design": ("Design", "设计方案"),
    "fact_weather": ("Weather", "气象数据"),
    "fact_wells": ("Wells", "地热井"),
    "tile_net_energy": ("Yearly net energy", "年上网电量"),
    "tile_gross_energy": ("Yearly gross energy", "年发电量"),
    "tile_capacity_factor": ("Capacity factor", "年利用率"),
    "tile_mean_net": ("Mean net power", "平均净功率"),
    "tile_own_use": ("Own consumption", "厂用电率"),
    "tile_produced": ("Brine drawn", "年取用地热流体"),
    "tile_return": ("Reinjection", "回灌温度"),
    "tile_availability": ("Units available", "机组可用率"),
    "note_own_use": ("of gross", "占发电量"),
    "note_reinjected": ("all of it reinjected", "全部回灌"),
    "note_of_installed": ("net energy over installed power all year", "净电量与装机容量全年满发之比"),
    "h_year_run": ("Through the year", "全年过程"),
    "h_year_duration": ("Duration curve", "功率持续曲线"),
    "h_year_months": ("Month by month", "逐月统计"),
    "h_year_ambient": ("Power over ambient temperature", "功率与环境温度"),
    "h_year_weeks": ("Two weeks", "典型周"),
    "h_year_limits": ("Limits that acted", "起作用的约束"),
    "h_year_power": ("Where the energy goes", "电量去向"),
    "h_year_units": ("The units as built", "机组硬件"),
    "h_year_balance": ("Balances", "平衡校核"),
    "h_year_climate": ("The weather of the year", "气象条件"),
    "h_year_assumptions": ("Assumptions behind this year", "相关假定条件"),
    "h_year_method": ("Method and sources", "方法与依据"),
    "figure_yearrun": (
        "Plant net power, day by day, with the lowest and the highest hour of each day; below: ambient"
        " temperature. Dips of one step are days on which a unit is out of order.",
        "逐日净功率及日内最低、最高值；下图为环境温度。个别日的台阶状下降为机组停运检修。",
    ),
    "figure_duration": (
        "Hours of the year in which plant net and gross power reach a value.",
        "净功率与发电功率达到某值的全年小时数。",
    ),
    "figure_ambient": (
        "The plant with all units on duty over ambient temperature, and reinjection temperature; below: how"
        " many hours of the year lie in every two kelvins. The lines bend where a limit begins to act.",
        "运行机组全部投运时电站功率及回灌温度随环境温度的变化；下图为每 2 K 区间的全年小时数。"
        "曲线转折处为某一约束开始起作用。",
    ),
    "figure_weeks": (
        "Plant net power (line) and ambient temperature (dashed) over a week in winter and in summer.",
        "冬、夏各一周的净功率（实线）与环境温度（虚线）。",
    ),
    "col_month": ("Month", "月份"),
    "col_T_mean": ("Ambient", "平均气温"),
    "col_net_energy": ("Net", "净电量"),
    "col_gross_energy": ("Gross", "发电量"),
    "col_own": ("Own use", "厂用电"),
    "col_cf": ("Capacity factor", "利用率"),
    "col_brine_kt": ("Brine", "取用量"),
    "col_T_return": ("Reinjection", "回灌温度"),
    "col_running": ("Units running", "平均运行台数"),
    "unit_kt": ("kt", "千吨"),
    "whole_year": ("Year", "全年"),
    "col_unit_hours": ("Hours of a unit", "单台机组小时数"),
    "col_share_year": ("of the year", "占全年"),
    "col_response": ("What the unit does", "机组响应"),
    "no_year_limit": ("No limit acted all year.", "全年无约束起作用。"),
    "stands_still": ("stands still", "停机"),
    "outages": ("Out of order", "停运检修"),
    "outage_note": ("spares step in, the rest is lost", "备用机组顶替后的剩余损失"),
    "outage_no_spare": ("no spare steps in", "无备用机组"),
    "col_energy_item": ("Energy", "电量"),
    "col_part": ("Part", "部件"),
    "steel_rating": ("Rating", "额定功率"),
    "steel_count": ("On duty + spare", "运行 + 备用"),
    "steel_brine": ("Brine at design", "设计地热流体流量"),
    "steel_fluid": ("Working fluid at design", "设计工质流量"),
    "steel_heater": ("Heater: preheater + evaporator + superheater", "加热器：预热 + 蒸发 + 过热"),
    "steel_condenser": (
        "Condenser, bare tubes: desuperheating + condensing + subcooling",
        "冷凝器（光管面积）：降温 + 冷凝 + 过冷",
    ),
    "steel_recuperator": ("Recuperator", "回热器"),
    "steel_fans": ("Fans at full speed", "风机全速功率"),
    "steel_pressures": (
        "Condensing pressure from – to; evaporating up to",
        "冷凝压力范围；蒸发压力上限",
    ),
    "year_residual_energy": (
        "Energy: brine and feed pump in, condenser and turbine out (worst hour)",
        "能量：地热流体与工质泵输入，冷凝器与透平输出（最差小时）",
    ),
    "year_residual_mass": (
        "Brine: drawn, and reinjected as its heat tells",
        "地热流体：取用量，与按放热量反算的回灌量",
    ),
    "year_residual_power": ("Power: sum of the months, and the year", "电量：逐月之和与全年"),
    "climate_T": ("Coldest and warmest hour", "最冷与最热小时"),
    "climate_means": ("Largest difference of a monthly mean from its normal", "月均值与累年值最大偏差"),
    "climate_cold": ("Hours below −15 °C / above 30 °C", "低于 −15 °C / 高于 30 °C 的小时数"),
    "made_from_normals": ("made from the monthly normals, seed", "由累年月均值生成，随机种子"),
    "measured_hours": ("hours of", "逐时文件"),
}

YEAR_METHOD: Final = {
    "en": (
        "Every hour stands for itself: evaporating and condensing pressure settle where each exchanger needs"
        " the area it has and the turbine swallows the flow. Turbine: Stodola's law, efficiency by head and"
        " volume flow (Ghasemi et al., Energy 50 (2013) 412-428). Exchangers: overall coefficients follow the"
        " flow of each side (VDI Heat Atlas, 2nd ed., 2010). Fan power goes with the cube of speed and with"
        " air density.",
        "Operation: every unit that can run gets the brine it was designed for; its fans run at the speed of"
        " most net power. Units are not dispatched and no heat is sold.",
        "Limits hold at every hour: rating of the generator, lowest and highest condensing pressure, highest"
        " evaporating pressure, reinjection temperature, speed of the feed pump, least load.",
        "Units out of order: binomial, spares step in (Billinton, Allan, Reliability Evaluation of"
        " Engineering Systems, 2nd ed., 1992, section 3.5); outages last whole days, spread evenly over the"
        " year.",
        "Weather from normals: a smooth curve through the monthly means (Delhez, Applied Mathematics Letters"
        " 16 (2003) 17-26), spells that remember the day before (Richardson, Water Resources Research 17"
        " (1981) 182-190), and the course of a day (Campbell, Norman, An Introduction to Environmental"
        " Biophysics, 2nd ed., 1998, eq. 2.2).",
        "Plant net = gross − feed pumps − fans − well pumps − reinjection pumps − station service. Capacity"
        " factor = net energy / (installed power × 8760 h).",
    ),
    "zh": (
        "逐时独立求解：蒸发压力与冷凝压力由“换热器所需面积等于实有面积、透平通流量平衡”确定。"
        "透平通流按 Stodola 定律，效率按焓降与容积流量修正"
        "（Ghasemi et al., Energy 50 (2013) 412-428）；换热系数随两侧流量变化"
        "（VDI Heat Atlas, 2nd ed., 2010）；风机功率与转速三次方及空气密度成正比。",
        "运行方式：可用机组均按设计流量供给地热流体，风机取净功率最大的转速；未作机组调度，不供热。",
        "逐时校核约束：发电机额定功率、冷凝压力上下限、蒸发压力上限、回灌温度下限、工质泵转速、最小负荷。",
        "机组停运按二项分布计，备用机组顶替（Billinton, Allan, Reliability Evaluation of Engineering"
        " Systems, 2nd ed., 1992, 第 3.5 节）；停运以整日计，全年均匀分布。",
        "气象：过月均值的保均值光滑曲线（Delhez, Applied Mathematics Letters 16 (2003) 17-26）、"
        "一阶自回归的冷暖过程（Richardson, Water Resources Research 17 (1981) 182-190）与日变化"
        "（Campbell, Norman, Environmental Biophysics, 2nd ed., 1998, 式 2.2）。",
        "电站净功率 = 发电功率 − 工质泵 − 风机 − 生产井泵 − 回灌泵 − 站用电；"
        "年利用率 = 净电量 /（装机容量 × 8760 h）。",
    ),
}
