"""The window's own texts, each in both languages. Texts of the plant come from the core."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from orcplant.live import AlarmState, CommandState, Role, Text

T = Text

# Pages
PLANT: Final = T("Plant", "全厂")
PLANT_TITLE: Final = T("Plant overview", "全厂总览")
UNITS: Final = T("Units", "机组")
UNIT: Final = T("Unit", "机组")
ALARMS: Final = T("Alarms", "报警")
JOURNAL: Final = T("Journal", "操作日志")
DIAGNOSTICS: Final = T("Diagnostics", "诊断")
SETTINGS: Final = T("Settings", "设置")
SETTINGS_TITLE: Final = T("Settings and users", "设置与用户")
GO_TO: Final = T("Go to", "跳转")
GO_TO_HINT: Final = T("unit, well, tag or page", "机组、井、点名或页面")
NO_MATCH: Final = T("nothing of that name", "无匹配项")
LANGUAGE: Final = T("EN / 中文", "EN / 中文")
DAY_NIGHT: Final = T("Day / night", "昼 / 夜")
HELP: Final = T("Help", "帮助")

# Header, banner, footer
CORE: Final = T("Core", "控制核心")
ON_LINE: Final = T("on line", "在线")
LOST: Final = T("LOST", "失联")
CONNECTING: Final = T("connecting", "连接中")
DATA_AGE: Final = T("Data age", "数据延时")
AUTHORITY: Final = T("Authority", "控制权")
THIS_DESK: Final = T("this desk", "本台")
NOBODY: Final = T("nobody", "无人")
NOT_LOGGED_IN: Final = T("not logged in", "未登录")
SHELVED: Final = T("Shelved", "搁置")
NO_ALARM: Final = T("No active alarm", "无报警")
LAST: Final = T("Last:", "上一条：")
RETURNED: Final = T("returned to normal", "已恢复")
ACKNOWLEDGE: Final = T("Acknowledge", "确认")
SILENCE: Final = T("Silence", "静音")
LAST_COMMAND: Final = T("Last command", "上次指令")
NO_COMMAND: Final = T("No command yet", "尚无指令")
LOCKED: Final = T(
    "Commands are locked: no control core. Nothing is queued.", "指令已锁定：控制核心失联。不排队任何指令。"
)
CORE_LOST: Final = T("CONTROL CORE LOST since {since}, {age}.", "控制核心失联，自 {since} 起，{age}。")
CORE_LOST_MORE: Final = T(
    "Values on this screen are not live. The plant runs on its PLCs; go to the local panels if needed.",
    "屏上数值非实时。电站由 PLC 自主运行，必要时请到就地盘。",
)
RECONNECTING: Final = T("reconnecting, attempt {attempt}", "重连中，第 {attempt} 次")
NOT_CONNECTED: Final = T("NOT CONNECTED to a control core yet.", "尚未连接控制核心。")
SIMULATOR: Final = T("SIMULATOR: no real plant behind these values", "模拟器：所示数值并非真实电站")

# Plant
NET_POWER: Final = T("Net power", "净功率")
LAST_4_H: Final = T("last 4 h", "近 4 小时")
GAP: Final = T("gap", "偏差")
AT_UNITS: Final = T("Units, net", "机组净功率")
SETPOINTS: Final = T("Setpoints", "设定合计")
AVAILABLE: Final = T("Available", "可发功率")
HEAT: Final = T("Heat to consumers", "供热")
DEMAND: Final = T("town demand", "城区需求")
TOWN: Final = T("town", "城区")
REINJECTION_T: Final = T("Reinjection temperature", "回灌温度")
LIMIT: Final = T("limit", "限值")
MARGIN: Final = T("margin", "裕度")
REINJECTED: Final = T("Reinjected", "回灌水量")
PRODUCED: Final = T("produced", "采出")
RATIO: Final = T("ratio", "回灌率")
BUBBLE: Final = T("Least bubble-point margin", "泡点裕度最小")
BUBBLE_SHORT: Final = T("Bubble margin", "泡点裕度")
WELLS_UNITS: Final = T("Wells and units", "生产井与机组")
WELLS_NOTE: Final = T(
    "all wells feed one manifold; bar: net power against what setpoint or brine allow, ±10 %",
    "各井汇入母管；条形：净功率相对设定或可发功率 ±10 %",
)
MANIFOLD: Final = T("manifold", "母管")
WORST_ALARMS: Final = T("Worst alarms", "最重要报警")
ACTIVE_NOT_ACK: Final = T(
    "{active} active, {waiting} not acknowledged", "{active} 条激活，{waiting} 条未确认"
)
NONE: Final = T("none", "无")
WATCH: Final = T("Watch: nearest to a limit", "关注：最接近限值")
DO: Final = T("Do:", "处置：")
CASCADE: Final = T("Heating cascade", "梯级利用")
OUTDOOR: Final = T("outdoor", "室外")
WELLHEADS: Final = T("Wells", "井口")
ORC: Final = T("ORC", "发电")
DISTRICT: Final = T("District", "集中供热")
OTHER_HEAT: Final = T("Other heat", "其他供热")
REINJECT: Final = T("Reinject", "回灌")
SILICA_LIMIT: Final = T("silica limit", "硅限")
INJECTION: Final = T("Injection pressure", "回灌压力")
SUM: Final = T("sum", "合计")
WATER: Final = T("Water and corrosion", "水质与腐蚀")
PH: Final = T("pH", "pH")
OXYGEN: Final = T("Oxygen", "溶解氧")
CORROSION: Final = T("Corrosion", "腐蚀速率")
FILTER: Final = T("Filter", "过滤器压差")
TANK: Final = T("Inhibitor tank", "阻垢剂罐")
SILICA: Final = T("Silica", "二氧化硅")
COUNTERS: Final = T("Counters", "累计")
SINCE_START: Final = T("since commissioning", "自投运")
EXPORTED: Final = T("Exported", "上网电量")
IMPORTED: Final = T("Imported", "下网电量")
TOWN_HEAT: Final = T("Town heat", "供热量")
MASS_PRODUCED: Final = T("Produced", "采出")
MASS_REINJECTED: Final = T("Reinjected", "回灌")
AUXILIARY: Final = T("Station service", "站用电")
FREQUENCY: Final = T("Grid frequency", "电网频率")
COUNT_RUN: Final = T("running", "运行")
COUNT_START: Final = T("starting", "启动")
COUNT_TRIP: Final = T("tripped", "跳机")
COUNT_STANDBY: Final = T("standby", "备用")
COUNT_LOST: Final = T("lost", "失联")

KEYS_PLANT: Final = T(
    "Tab select   Enter open   Esc back   A acknowledge   M silence",
    "Tab 选择   Enter 打开   Esc 返回   A 确认报警   M 静音",
)
KEYS_UNITS: Final = T(
    "Arrows move   Enter opens the unit   Esc back", "方向键移动   Enter 打开机组   Esc 返回"
)
KEYS_UNIT: Final = T(
    "P power   X start, stop   D mode   R reset   Esc units", "P 功率   X 启停   D 模式   R 复位   Esc 机组"
)
KEYS_ALARMS: Final = T(
    "Up, Down row   A acknowledge   Shift+A all   S shelve   U unshelve   G go to   Esc back",
    "上下选行   A 确认   Shift+A 全部确认   S 搁置   U 取消搁置   G 转到   Esc 返回",
)
KEYS_OTHER: Final = T("Tab select   Esc back   Ctrl+K go to", "Tab 选择   Esc 返回   Ctrl+K 跳转")

KEYS_EVERYWHERE: Final = T(
    "F2 to F12 pages   Ctrl+K go to   Ctrl+PgUp, PgDn units   Ctrl+L language   Ctrl+D day, night"
    "   Alt+Left back   Ctrl+Enter confirm   Ctrl+Shift+L lock the desk",
    "F2 至 F12 页面   Ctrl+K 跳转   Ctrl+PgUp、PgDn 机组   Ctrl+L 语言   Ctrl+D 昼夜"
    "   Alt+Left 返回   Ctrl+Enter 确认   Ctrl+Shift+L 锁定操作台",
)

# Units and unit
AT_A_GLANCE: Final = T("All units at a glance", "机组一览")
GROSS: Final = T("gross", "毛功率")
FEED_PUMPS: Final = T("feed pumps", "工质泵")
FANS: Final = T("fans", "风机")
NET_AT_UNITS: Final = T("net at units", "机组净功率")
MEDIAN: Final = T("median", "中位数")
GAP_EXPECTED: Final = T("Gap to expected", "与预期偏差")
SUPERHEAT: Final = T("Superheat", "过热度")
VIBRATION: Final = T("Vibration", "振动")
BEARING: Final = T("Bearing", "轴承温度")
BRINE_OUT: Final = T("Brine outlet", "地热水出口")
SH: Final = T("SH", "过热")
VIB: Final = T("Vib", "振动")
BRG: Final = T("Brg", "轴承")
LUBE: Final = T("Lube", "油温")
SEAL: Final = T("Seal", "密封")
WIND: Final = T("Wind", "绕组")
TOUT: Final = T("Tout", "出口")
PROCESS: Final = T("Process", "流程")
PROCESS_NOTE: Final = T("brine thick, {fluid} thin", "粗线地热水，细线 {fluid}")
EVAPORATOR: Final = T("Evaporator", "蒸发器")
PREHEATER: Final = T("Preheater", "预热器")
HEATER: Final = T("Heater", "加热器")
EXPANDER: Final = T("Expander", "膨胀机")
CONDENSER: Final = T("Air-cooled condenser", "空冷凝汽器")
RECEIVER: Final = T("Receiver", "储液罐")
RECUPERATOR: Final = T("Recuperator", "回热器")
BRINE_IN: Final = T("Brine in", "地热水进")
BRINE_OUT_SHORT: Final = T("Brine out", "地热水出")
TO_CASCADE: Final = T("to heating cascade", "去梯级供热")
LEVEL: Final = T("level", "液位")
BYPASS: Final = T("bypass", "旁路")
FEED_PUMP: Final = T("feed pump", "工质泵")
FLOW: Final = T("flow", "流量")
AIR: Final = T("air", "空气")
WINDING: Final = T("winding", "绕组")
BREAKER_CLOSED: Final = T("breaker closed", "断路器合")
BREAKER_OPEN: Final = T("breaker open", "断路器分")
CONTROLLER: Final = T("{unit} net power", "{unit} 净功率")
MEASURED_NET: Final = T("measured net", "实测净功率")
PV: Final = T("PV", "PV")
SP: Final = T("SP", "SP")
RAMP: Final = T("Ramp", "斜坡")
OP: Final = T("OP", "OP")
BRINE_VALVE: Final = T("brine valve", "地热水阀")
ACCEPTED_SP: Final = T("accepted by the PLC", "PLC 已接受")
WORKING_SP: Final = T("working setpoint", "当前斜坡值")
PERMISSIVES: Final = T("Start permissives", "启动允许条件")
CLEAR: Final = T("{clear} of {count} clear", "{clear} / {count} 满足")
MORE_CLEAR: Final = T("{count} more clear", "另 {count} 项满足")
SET_POWER: Final = T("Set power…", "设功率…")
START: Final = T("Start…", "启动…")
STOP: Final = T("Stop…", "停机…")
MODE: Final = T("Mode…", "模式…")
TRIP_RESET: Final = T("Trip reset…", "跳机复位…")
NO_TRIP: Final = T("no trip", "无跳机")
TS: Final = T("T-s", "T-s")
MEASURED: Final = T("measured", "实测")
DESIGN: Final = T("design", "设计")
TS_AXES: Final = T("°C over kJ/kgK; brine on the same heat", "°C 对 kJ/kgK；地热水按同一热量")
NO_DIAGRAM: Final = T("The core has no diagram of this unit.", "控制核心未提供该机组的图。")
NOT_RUNNING_TS: Final = T("measured cycle: only while the unit runs", "实测循环：仅运行时显示")
BRINE: Final = T("brine", "地热水")
TREND_4_H: Final = T("Last 4 h", "近 4 小时")
NET_POWER_KW: Final = T("Net power, kW", "净功率，kW")
VAPOUR_T: Final = T("Vapour temperature, °C", "蒸汽温度，°C")
VIBRATION_UNIT: Final = T("Vibration, mm/s", "振动，mm/s")
SEQUENCE: Final = T("Start sequence", "启动顺序")
STEP_HEAD: Final = T("step", "步骤")
STATE: Final = T("state", "状态")
NOW: Final = T("now", "当前")
STEP_OF: Final = T("step {step} of {count}", "第 {step} / {count} 步")
FIRST_OUT: Final = T("First out", "首出")
TRIPPED: Final = T("tripped", "跳机")
RUN: Final = T("run", "运行")
LOST_COMM: Final = T("no communication", "通信中断")
LOST_FOR: Final = T("last value {age} ago", "{age}前的值")
RUN_HOURS: Final = T("run hours", "运行小时")
STARTS: Final = T("starts", "启动次数")

# Alarms
CURRENT: Final = T("Current", "当前")
SHELVED_TAB: Final = T("Shelved", "搁置")
SUPPRESSED: Final = T("Suppressed", "抑制")
OUT_OF_SERVICE: Final = T("Out of service", "停用")
COL_STATE: Final = T("state", "状态")
COL_TIME: Final = T("time", "时间")
COL_AGE: Final = T("age", "时长")
COL_SOURCE: Final = T("source", "来源")
COL_ALARM: Final = T("alarm", "报警")
COL_VALUE: Final = T("value", "值")
COL_LIMIT: Final = T("limit", "限值")
COL_ACK: Final = T("acknowledged", "确认")
NOT_ACK: Final = T("not acknowledged", "未确认")
ACTIVE: Final = T("active", "激活")
RETURNED_STATE: Final = T("returned", "已恢复")
EMPTY_LIST: Final = T("No alarm here.", "此处无报警。")
CAUSE: Final = T("Cause", "原因")
CONSEQUENCE: Final = T("Consequence", "后果")
ACTION: Final = T("Action", "处置")
SHELVE: Final = T("Shelve…", "搁置…")
UNSHELVE: Final = T("Unshelve", "取消搁置")
GO_TO_DEVICE: Final = T("Go to {device}", "转到 {device}")
SHELVE_NOT_TRIP: Final = T("Shelve: not allowed for trips.", "搁置：跳机报警不允许。")
SELECT_ALARM: Final = T("Select an alarm.", "请选择一条报警。")
PRIORITY: Final = T("priority {priority}", "优先级 {priority}")
BY_PRIORITY: Final = T("By priority", "按优先级")
METRICS: Final = T("Now", "当前统计")
ACTIVE_COUNT: Final = T("active", "激活")
WAITING_COUNT: Final = T("not acknowledged", "未确认")
STANDING: Final = T("active longer than 24 h", "激活超过 24 小时")
RETURNS: Final = T("returns {when}, in {age}", "{when} 恢复，还有 {age}")
BY: Final = T("by {name}", "{name} 搁置")
REASON: Final = T("reason: {reason}", "原因：{reason}")
SHELVE_TITLE: Final = T("Shelve an alarm", "搁置报警")
SHELVE_REASON: Final = T("Reason", "原因")
SHELVE_HOURS: Final = T("Hours", "小时")
NOT_A_DURATION: Final = T("A number of hours from 0.1 to 24.", "0.1 至 24 之间的小时数。")
REASON_NEEDED: Final = T("A reason is needed.", "必须填写原因。")

# Commands
SELECT: Final = T("Select", "选择")
VALUE: Final = T("Value", "数值")
CONFIRM: Final = T("Confirm", "确认")
PENDING: Final = T("Pending", "执行中")
OUTCOME: Final = T("Outcome", "结果")
NOT_SENT: Final = T("not sent", "未发送")
EXPIRES: Final = T("expires in {seconds} s", "{seconds} 秒后失效")
EXPIRED: Final = T("Expired: review it again.", "已失效：请重新核对。")
NEW: Final = T("New", "新值")
RANGE: Final = T("range {lo} to {hi}", "范围 {lo} 至 {hi}")
NOT_A_NUMBER: Final = T("Not a number.", "不是数字。")
ABOVE: Final = T("{value} is above {limit} {unit}.", "{value} 高于 {limit} {unit}。")
BELOW: Final = T("{value} is below {limit} {unit}.", "{value} 低于 {limit} {unit}。")
CHECKS: Final = T("Checks before sending", "发送前检查")
CHECKS_OUTCOME: Final = T("Checks", "检查")
FAILED: Final = T("{count} failed", "{count} 项未通过")
CHECK_ROLE: Final = T("Role may command", "角色权限")
CHECK_CONTROL: Final = T("Control authority", "控制权")
CHECK_RANGE: Final = T("Writable, in range", "可写，在范围内")
CHECK_QUALITY: Final = T("Quality of {tag}", "{tag} 质量")
CHECK_REMOTE: Final = T("Device in remote", "设备远控")
CHECK_PERMISSIVES: Final = T("Permissives", "允许条件")
CHECK_BUSY: Final = T("No other command pending", "无其他待执行指令")
CHECK_CORE: Final = T("Control core on line", "控制核心在线")
CORE_CHECKS: Final = T("The core checks once more before it sends.", "发送前控制核心会再检查一次。")
ENTER_HINT: Final = T("Enter does not confirm. One write, no repeat.", "回车不会确认。只写一次，不重复。")
CANCEL: Final = T("Cancel", "取消")
CLOSE: Final = T("Close", "关闭")
REVIEW: Final = T("Review", "核对")
BACK: Final = T("Back", "返回")
WHAT_CLEARS: Final = T("What clears it", "解除条件")
SENT_ONCE: Final = T("Sent once; waits for {tag}.", "已发送一次；等待 {tag}。")
SEEN: Final = T("seen: {value}", "所见：{value}")
STAYS: Final = T("stays until read", "保留至阅读")
CLOSES: Final = T("closes by itself", "自动关闭")
LOOK_FIRST: Final = T("Sent once, not repeated. Look first.", "已发送一次，不会重发。请先查看。")
NOTHING_SENT: Final = T("Nothing was sent to the PLC.", "未向 PLC 发送任何内容。")
INSPECTED: Final = T("What was inspected?", "检查了什么？")
INSPECTED_NEEDED: Final = T("Say what was inspected.", "请说明检查内容。")
NO_ROLE: Final = T("log in as an operator", "请以值班员登录")
NO_CONTROL: Final = T("this desk has no control", "本台无控制权")
COMMAND_OPEN: Final = T("a command is pending", "指令执行中")
CORE_GONE: Final = T("no control core", "控制核心失联")

# Journal, diagnostics, settings, login
COL_NUMBER: Final = T("number", "序号")
COL_KIND: Final = T("kind", "类别")
COL_WHO: Final = T("who", "操作者")
COL_SUBJECT: Final = T("subject", "对象")
COL_DETAIL: Final = T("detail", "内容")
NO_JOURNAL: Final = T("The core has told no entries yet.", "控制核心尚未提供日志。")
LINKS: Final = T("Links to controllers", "控制器通信")
COL_DEVICE: Final = T("device", "设备")
COL_TYPE: Final = T("type", "类型")
COL_LINK: Final = T("link", "通信")
COL_LATENCY: Final = T("latency", "延时")
COL_OVERRUNS: Final = T("overruns", "超时轮询")
COL_ERRORS: Final = T("errors", "错误")
COL_GOOD: Final = T("good values", "良好值")
COL_BAD: Final = T("not good", "不良值")
COL_OLDEST: Final = T("oldest", "最旧值")
COL_CAPABILITIES: Final = T("missing capabilities", "缺少的能力")
QUALITY: Final = T("Values by quality", "数值质量")
THIS_WINDOW: Final = T("This window", "本窗口")
TAGS: Final = T("tags", "点数")
UP: Final = T("up", "正常")
DOWN: Final = T("down", "中断")
ALL_THERE: Final = T("none", "无")
LOOK: Final = T("Look", "外观")
SCALE: Final = T("Size", "大小")
USER: Final = T("User", "用户")
PASSWORD: Final = T("Password", "密码")
LOG_IN: Final = T("Log in", "登录")
LOG_OUT: Final = T("Log out", "退出登录")
PASSWORD_TITLE: Final = T("Choose a password of your own", "设置自己的密码")
OLD_PASSWORD: Final = T("Password so far", "当前密码")
NEW_PASSWORD: Final = T("New password", "新密码")
AGAIN: Final = T("New password once more", "再次输入新密码")
NOT_THE_SAME: Final = T("The two new passwords differ.", "两次输入的新密码不一致。")
CHANGE: Final = T("Change", "更改")
LOGIN_TITLE: Final = T("Log in at this desk", "登录本操作台")
LOGIN_NOTE: Final = T(
    "Without a login everything can be seen, nothing commanded.", "未登录时可查看全部内容，不能发出指令。"
)
LOGGING_IN: Final = T("Logging in…", "登录中…")
CONTROL: Final = T("Control", "控制权")
TAKE_CONTROL: Final = T("Take control", "取得控制权")
RELEASE_CONTROL: Final = T("Release control", "释放控制权")
ASK_CONTROL: Final = T("Ask for control", "申请控制权")
HAND_OVER: Final = T("Hand over to {name}", "移交给 {name}")
KEEP: Final = T("Keep control", "保留控制权")
ASKS: Final = T("{name} asks for control.", "{name} 申请控制权。")
HELD_BY: Final = T("Control: {name}", "控制权：{name}")
HELD_BY_NOBODY: Final = T("Nobody has control.", "无人持有控制权。")
DAY: Final = T("Day", "日间")
NIGHT: Final = T("Night", "夜间")
KEYS_TITLE: Final = T("Keys of this page", "本页按键")

ROLES: Final[Mapping[Role, Text]] = MappingProxyType(
    {
        Role.VIEWER: T("Viewer", "查看"),
        Role.OPERATOR: T("Operator", "值班员"),
        Role.ENGINEER: T("Engineer", "工程师"),
        Role.ADMIN: T("Administrator", "管理员"),
    }
)

OUTCOMES: Final[Mapping[CommandState, Text]] = MappingProxyType(
    {
        CommandState.ACCEPTED: T("PENDING", "执行中"),
        CommandState.VERIFIED: T("VERIFIED", "已验证"),
        CommandState.CLAMPED: T("CLAMPED", "已限幅"),
        CommandState.REFUSED: T("REFUSED", "已拒绝"),
        CommandState.REJECTED: T("REJECTED", "PLC 拒收"),
        CommandState.UNCONFIRMED: T("UNCONFIRMED", "未确认"),
    }
)

ALARM_STATES: Final[Mapping[AlarmState, Text]] = MappingProxyType(
    {
        AlarmState.NORMAL: T("normal", "正常"),
        AlarmState.UNACKNOWLEDGED: ACTIVE,
        AlarmState.ACKNOWLEDGED: ACTIVE,
        AlarmState.RETURNED_UNACKNOWLEDGED: RETURNED_STATE,
        AlarmState.LATCHED: T("latched", "自保持"),
        AlarmState.SHELVED: T("shelved", "搁置"),
        AlarmState.SUPPRESSED: T("suppressed", "抑制"),
        AlarmState.OUT_OF_SERVICE: T("out of service", "停用"),
    }
)

# Names of states, trips, permissives and commands in the register maps.
STATES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "stopped": T("stopped", "停机"),
        "ready": T("standby", "备用"),
        "preheating": T("preheating", "预热"),
        "rolling": T("rolling", "冲转"),
        "synchronising": T("synchronising", "并网"),
        "running": RUN,
        "unloading": T("unloading", "卸载"),
        "cooling_down": T("cooling down", "冷却"),
        "tripped": TRIPPED,
        "local": T("LOCAL", "就地"),
        "remote": T("REMOTE", "远控"),
        "local_fallback": T("FALLBACK", "自控"),
        "closed": T("shut", "关闭"),
        "opening": T("opening", "开启中"),
        "open": T("open", "开启"),
        "closing": T("closing", "关闭中"),
        "not_fitted": T("not fitted", "未装"),
        "starting": T("starting", "启动中"),
        "stopping": T("stopping", "停止中"),
        "dosing": T("dosing", "加药"),
        "fault": T("fault", "故障"),
        "filtering": T("filtering", "过滤"),
        "cleaning": T("cleaning", "清洗"),
        "blocked": T("blocked", "堵塞"),
        "none": NONE,
        "overspeed": T("overspeed", "超速"),
        "vibration": T("vibration", "振动"),
        "lube_p_low": T("lube-oil pressure low", "润滑油压低"),
        "lube_T_high": T("lube-oil temperature high", "润滑油温高"),
        "seal_p_low": T("seal pressure low", "密封压差低"),
        "winding_T_high": T("winding temperature high", "绕组温度高"),
        "bearing_T_high": T("bearing temperature high", "轴承温度高"),
        "gas_leak": T("working fluid leak", "工质泄漏"),
        "fire": T("fire", "火灾"),
        "evap_p_high": T("evaporating pressure high", "蒸发压力高"),
        "cond_p_high": T("condensing pressure high", "冷凝压力高"),
        "cond_vacuum": T("condenser below atmosphere", "冷凝器负压"),
        "superheat_low": T("superheat low", "过热度低"),
        "pump_cavitation": T("feed pump cavitation", "工质泵汽蚀"),
        "wf_in_brine": T("working fluid in brine", "回水含工质"),
        "freezing": T("freezing", "冻结"),
        "prot_27": T("undervoltage", "低电压"),
        "prot_59": T("overvoltage", "过电压"),
        "prot_81": T("frequency", "频率"),
        "prot_32": T("reverse power", "逆功率"),
        "prot_50": T("overcurrent", "过电流"),
        "island": T("islanding", "孤岛"),
        "estop": T("emergency stop", "急停"),
        "brine_lost": T("brine lost", "地热水中断"),
        "heartbeat_lost": T("core lost", "失去核心"),
        "start_timeout": T("start took too long", "启动超时"),
        "no_trip": T("No trip stands", "无跳机信号"),
        "brine_available": T("Brine available", "地热水可用"),
        "lube_ok": T("Lube oil", "润滑油正常"),
        "seal_ok": T("Seal oil", "密封油正常"),
        "gas_clear": T("No gas", "无工质泄漏"),
        "fire_clear": T("No fire", "无火警"),
        "grid_ok": T("Grid in range", "电网正常"),
        "level_ok": T("Receiver level", "储液罐液位"),
        "cooling_ok": T("Cooling", "冷却正常"),
        "not_inhibited": T("Start not inhibited", "未禁止启动"),
        "estop_released": T("Emergency stop released", "急停已复位"),
        "start": T("start", "启动"),
        "stop": T("stop", "停机"),
        "reset_trip": T("trip reset", "跳机复位"),
        "take_remote": T("take remote control", "取得远控"),
        "release_remote": T("release remote control", "释放远控"),
    }
)


def state_text(name: str) -> Text:
    """Text of a state's name in a register map; one that is not known is shown as it is."""
    plain = name.replace("_", " ")
    return STATES.get(name, Text(plain, plain))
