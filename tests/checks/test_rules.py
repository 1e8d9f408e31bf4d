"""For each rule: what it confirms, what it flags, and what it must leave alone. All sentences are made up."""

from __future__ import annotations

import pytest

from extractor import extract
from extractor.checks import check
from extractor.types import CheckKind, CheckResult, Verdict

FINE = frozenset((Verdict.HOLDS, Verdict.WITHIN_ROUNDING, Verdict.TRUNCATED))


def results(text: str) -> tuple[CheckResult, ...]:
    return check(extract(text))


def stated(text: str, result: CheckResult) -> str:
    start = result.figures[0].start
    return next(figure.text for figure in extract(text).figures if figure.start == start)


def flags(text: str) -> list[tuple[CheckKind, str]]:
    return [(one.kind, stated(text, one)) for one in results(text) if one.verdict is Verdict.FAILS]


def confirmed(text: str) -> list[tuple[CheckKind, str]]:
    return [(one.kind, stated(text, one)) for one in results(text) if one.verdict in FINE]


HOLDS = {
    # sums
    "其中": ("镇里投入资金120万元，其中县级70万元、自筹50万元。", CheckKind.SUM, "120万元"),
    "合计": ("选派医生14名、护士26名、药师5名，合计45名。", CheckKind.SUM, "45名"),
    "合计 of clauses": ("甲片区种植荞麦310亩；乙片区种植荞麦290亩。合计600亩。", CheckKind.SUM, "600亩"),
    "grown": ("镇上原有果园420亩，今年新栽180亩，总面积达到600亩。", CheckKind.SUM, "600亩"),
    "households": ("安置群众30户110人，其中青石村12户45人、白杨村18户65人。", CheckKind.SUM, "110人"),
    # percentages
    "task": ("今年下达改厕任务500户，已完工410户，完工率82%。", CheckKind.PROGRESS, "82%"),
    "second in a list": ("排查隐患80处，整改76处，整改率95%；销号72处，销号率90%。", CheckKind.PROGRESS, "90%"),
    "after its sources": ("到位资金640万元，其中中央400万元、省级240万元，已拨付608万元，拨付进度95%。", CheckKind.PROGRESS, "95%"),
    "both named": ("税收收入4200万元。地方收入6000万元。税收收入占地方收入的70%。", CheckKind.SHARE, "70%"),
    "ratio by its name": ("年末存款余额80亿元，其中住户存款60亿元；贷款余额44亿元；存贷比55%。", CheckKind.RATE, "55%"),
    # growth
    "two levels": ("完成投资660万元，比上年的600万元增长10%。", CheckKind.GROWTH, "10%"),
    "level and change": ("种植花椒620亩，比去年增加120亩，增长24%。", CheckKind.GROWTH, "24%"),
    "plan over this year": (
        "2023年，云梓县完成水利建设投资24000万元。2024年，计划完成水利投资30000万元，比今年增长25%。", CheckKind.GROWTH, "25%",
    ),
    "respectively": (
        "全县发生火灾36起，受伤8人，起数、受伤人数分别减少4起和2人，下降10%、20%。", CheckKind.GROWTH, "20%",
    ),
    # rates
    "each": ("补助改厕280户，每户1500元，共42万元。", CheckKind.PRODUCT, "42万元"),
    "groups": ("一类户20户，每户3000元，二类户30户，每户2000元，共发放12万元。", CheckKind.PRODUCT, "12万元"),
    "standards respectively": (
        "扶助伤残40人、死亡25人，标准分别为每人每月300元和400元，全年发放26.4万元。", CheckKind.PRODUCT, "26.4万元",
    ),
    "changes of money respectively": (
        "完成财政收入42亿元、税收33亿元。财政收入、税收分别增加2亿元和3亿元，分别增长5%、10%。", CheckKind.GROWTH, "5%",
    ),
    "left of what was spent": ("到位资金860万元，支出815万元，结余45万元。", CheckKind.DIFFERENCE, "45万元"),
    "arrived of a plan": ("全乡规划投资860万元，实际到位774万元，资金到位率90%。", CheckKind.PROGRESS, "90%"),
    "paid of what arrived": (
        "全乡规划投资860万元，到位资金790万元，已支付632万元，支付进度80%。", CheckKind.PROGRESS, "80%",
    ),
    "spent of what arrived, named": ("到位资金860万元，已支出817万元，占到位资金的95%。", CheckKind.PROGRESS, "95%"),
    "of loans, not of households": ("改水160户。发放创业贷款84笔，金额504万元，户均6万元。", CheckKind.MEAN, "6万元"),
    "mean of a sentence before": ("建档立卡农户84户。发放创业贷款504万元，户均6万元。", CheckKind.MEAN, "6万元"),
    "mean": ("为96户发放贷款288万元，户均3万元。", CheckKind.MEAN, "3万元"),
    # the others
    "sectors": ("三次产业结构由上年的18.2∶39.5∶42.3调整为17.6∶39.9∶42.5。", CheckKind.COMPLEMENT, "17.6∶39.9∶42.5"),
    "rest": ("排查隐患91处，整改84处，余下7处正在整改。", CheckKind.DIFFERENCE, "7处"),
    "natural growth": ("出生率9.85‰，死亡率7.12‰，自然增长率2.73‰。", CheckKind.DIFFERENCE, "2.73‰"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "figure"), HOLDS.values(), ids=HOLDS.keys())
def test_a_right_claim_is_confirmed(text: str, kind: CheckKind, figure: str) -> None:
    assert (kind, figure) in confirmed(text)
    assert flags(text) == []


FAILS = {
    # sums
    "分别": ("镇里投入资金130万元，分别为县级70万元、自筹50万元。", CheckKind.SUM, "130万元"),
    "more than the whole": ("问责干部31人，其中诫勉谈话19人、党纪处分8人、政务处分6人。", CheckKind.PARTS, "31人"),
    "closed by the rest": ("聘用护林员150名，其中青石乡42名，白杨乡38名，其余5个乡40名。", CheckKind.SUM, "150名"),
    "合计": ("选派医生14名、护士26名、药师5名，合计54名。", CheckKind.SUM, "54名"),
    "a part is missing": ("筹集资金900万元，按来源分：中央资金420万元，自筹230万元。", CheckKind.SUM, "900万元"),
    "colon": ("改造道路3条、42公里：青石至白杨13.4公里，白杨至龙洞10.2公里，龙洞至石门8.4公里。", CheckKind.SUM, "42公里"),
    "grown": ("镇上原有果园420亩，今年新栽180亩，总面积达到620亩。", CheckKind.SUM, "620亩"),
    "words before a link": (
        "总费用5200万元，报销4680元，其中医保3380万元、医疗救助1300万元。", CheckKind.PARTS, "4680元",
    ),
    "households": ("安置群众30户101人，其中青石村12户45人、白杨村18户65人。", CheckKind.SUM, "101人"),
    # percentages
    "wide of the mark": ("排查隐患3200处，整改3136处，整改率68%。", CheckKind.PROGRESS, "68%"),
    "task is smaller": ("交办问题268个，整改到位611个，整改率97.3%。", CheckKind.PROGRESS, "97.3%"),
    "second in a list": ("排查隐患80处，整改76处，整改率95%；销号72处，销号率80%。", CheckKind.PROGRESS, "80%"),
    "ratio by its name": ("年末存款余额80亿元；贷款余额44亿元；存贷比50%。", CheckKind.RATE, "50%"),
    "whole named": ("核定年采伐限额4.2万立方米，实际采伐1.86万立方米，仅占限额的14.3%。", CheckKind.PROGRESS, "14.3%"),
    "one of two names": ("债务限额34120万元。债务余额32930万元，其中专项债务14280万元，债务余额占限额的97.5%。", CheckKind.PROGRESS, "97.5%"),
    "more than all of them": ("30户以上的430个小组中，已通508个，占94.6%。", CheckKind.SHARE, "94.6%"),
    # growth
    "two levels": ("完成投资660万元，比上年的600万元增长12%。", CheckKind.GROWTH, "12%"),
    "level and change": ("种植花椒620亩，比去年增加120亩，增长54%。", CheckKind.GROWTH, "54%"),
    "plan over this year": (
        "2023年，云梓县完成水利建设投资24000万元。2024年，计划完成水利投资30000万元，比今年增长28%。", CheckKind.GROWTH, "28%",
    ),
    "respectively": (
        "全县发生火灾36起，受伤8人，起数、受伤人数分别减少4起和2人，下降10%、25%。", CheckKind.GROWTH, "25%",
    ),
    # rates
    "each": ("补助改厕280户，每户1500元，共42元。", CheckKind.PRODUCT, "42元"),
    "groups": ("一类户20户，每户3000元，二类户30户，每户2000元，共发放14万元。", CheckKind.PRODUCT, "14万元"),
    "the whole of two": ("种植荞麦600亩（青石村350亩，白杨村250亩），按每亩400元补助，计24元。", CheckKind.PRODUCT, "24元"),
    "mean": ("为960户发放贷款288万元，户均3万元。", CheckKind.MEAN, "3万元"),
    # the others
    "sectors": ("三次产业结构由上年的18.2∶39.5∶42.3调整为17.6∶39.9∶44.5。", CheckKind.COMPLEMENT, "17.6∶39.9∶44.5"),
    "contributions": ("三次产业贡献率分别为8.1%、40.3%和61.6%。", CheckKind.COMPLEMENT, "61.6%"),
    "more done than there was": ("排查隐患81处，整改84处，余下7处正在整改。", CheckKind.DIFFERENCE, "7处"),
    "natural growth": ("出生率9.85‰，死亡率7.12‰，自然增长率3.73‰。", CheckKind.DIFFERENCE, "3.73‰"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "figure"), FAILS.values(), ids=FAILS.keys())
def test_a_wrong_claim_is_flagged(text: str, kind: CheckKind, figure: str) -> None:
    assert flags(text) == [(kind, figure)]


LEFT_ALONE = {
    "all that were due": "收到信访件126件，办结108件，办结率100%，其余18件未到期。",
    "grades of a rate": "每生每年补助3000元，分三档，一档4000元、二档3000元、三档2000元。",
    "means of two": "人均住房面积32平方米，分别为城镇30平方米、农村36平方米。",
    "a third phase to come": "总投资8600万元，其中一期3200万元、二期4100万元，三期尚未立项。",
    "a bracket that names some": "总投资860万元（含贷款320万元、自筹180万元）。",
    "women and a minority": "新发展党员26名（其中女党员8名、少数民族党员12名）。",
    "with what is rebuilt": "建成公厕36座（含改建12座），其中旅游公厕8座。",
    "a bracket that goes on with 等": "安排财政资金860万元（包括中央资金320万元、省级资金180万元等）。",
    "with tax": "工程造价120万元（含税130.8万元）。",
    "contained in": "下达资金60万元（包含于市级整合资金860万元）。",
    "among those contained": "累计实施项目12个（含在全县126个重点项目中）。",
    "of which some": "完成改造800户（含2019年任务1200户中未完成的120户）。",
    "not people": "服务群众3.6万人，其中发放宣传单5.2万。",
    "phones": "全县48.6万人中，网民62.8万，其中手机用户52.6万。",
    "the same number again": "2019年种植油菜12630亩。2020年种植水稻12630亩，增长3.5%。",
    "provisions": "年末拨备覆盖率320%。",
    "debt, not what is left": "资产总额12.36亿元，负债总额5.21亿元，净资产7.15亿元，资产负债率42.2%。",
    "loans to deposits": "贷款余额186亿元，较年初增加21亿元，增长12.7%；存款余额265亿元，较年初增加28亿元，存贷比70.2%。",
    "density": "总建筑面积6.8万平方米，其中地上5.6万平方米、地下1.2万平方米，容积率0.7，建筑密度28%。",
    "money got in": "受理案件3560件，审结3420件，结案率96.1%，其中民事1860件、刑事420件、执行1280件，执行到位率41%。",
    "bridges and tunnels": "高速公路通车里程126公里，其中在建56公里，桥隧比62%。",
    "tested and passed": "检测农产品1260批次，其中蔬菜620批次，合格率99.2%。",
    "what is left to pay": "合同金额860万元，已支付60%即516万元，剩余40%计344万元待验收后支付。",
    "progress of all quarters": "改造户厕3200座，其中一季度600座、二季度900座、三季度1000座、四季度700座，完成年度任务3000座的106.7%。",
    "parts of another year": "2023年投入1200万元，其中2023年省级资金500万元，2024年省级资金900万元。",
    "another year goes on": "2023年完成1200万元，2024年完成省级500万元、市级900万元，其中上半年800万元。",
    "last year's total": "地方收入8.42亿元，上年同口径为7.96亿元，增速5.8%。税收收入5.31亿元，占比63.1%；非税收入3.11亿元。",
    "two of three": "中央资金2.6亿元，省级资金1.4亿元，专项债券1.8亿元。中央和省级两级资金共4.0亿元。",
    "the first three": "茶叶46亿元、蔬菜37亿元、食用菌29亿元、中药材18亿元、水产9亿元，前三大产业共112亿元。",
    "a detail between": "投入资金520万元，其中中央300万元、省级150万元（含上年结转60万元）、县级70万元。",
    "prizes of two kinds": "奖励新生2.3万元，本科7人、每人2000元，专科9人、每人1000元，一共16名。",
    "households overlap, people too": "监测对象57户183人，其中因病户21户64人，因残户24户81人，缺劳力户19户60人。",
    "the verb at the end tells the direction": "少数民族学生由500人增加到600人，少数民族学生增长20%。",
    "more was reduced": "今年减少贫困人口600人，比上年的500人多减少100人。",
    "a rate of a part": "抽检食品300批次，合格294批次，合格率98%，其中农产品100批次，合格率99%。",
    "a rate of the grave ones": "排查隐患311处，整改280处，整改率90%，其中重大隐患36处，整改率100%。",
    "rates of two places": "白杨镇开工率60%，其余乡镇开工率50%。",
    "progress of three sectors": "三次产业投资分别完成年度计划的30%、35%、40%。",
    "还有 is not all the rest": "安置房完工60套，占总套数的60%，还有15套正在装修。",
    "villages of one township": "全县12个乡镇中，白杨镇有18个村。",
    "one household in two lines": "农户320户，其中养猪户210户、养牛户95户、养羊户80户。",
    "help overlaps": "惠及群众320户，其中产业帮扶230户、就业帮扶170户。",
    "women, young and of minorities": "党员1200名，其中女党员520名、少数民族党员430名、35岁以下党员380名。",
    "未婚 is no rest": "招聘人员80人，已到岗60人，未婚18人。",
    "a rest of last year in it": "收入900万元，支出600万元，结余350万元（含上年结余50万元）。",
    "old cases": "新收案件320件，结案350件（含旧存），结案率96.5%。",
    "ratios are not added": "三组比例为5∶3∶1，另三组为2∶4∶5，合计为7∶8∶5。",
    "a list in another paragraph": (
        "铺设管网32.6公里，其中主管网8.4公里，支管网24.2公里。\n修建沟渠3条，分别长1.2公里、2.5公里、1.8公里，合计5.5公里。"
    ),
    "days of training": "培训120人，每人每天补助50元，为期10天，共计6万元。",
    "years of a subsidy": "退耕还林300亩，每亩每年补助400元，连续补助10年，共补助120万元。",
    "其中 may leave parts out": "招聘人员126名，其中硕士9名、本科35名。",
    "the rest has no number": "贫困户520户，按原因分：因病210户，因残90户，其余为缺技术、缺劳力。",
    "subsets overlap": "党员60名，其中女党员32名，35岁以下41名。",
    "added to what was told": "本级收入640万元。加上上级补助310万元、结余50万元，收入总计1000万元。",
    "total of what is above": "改造茶园400亩，资金24万元；新建厂房，资金36万元。以上合计200万元。",
    "two plantings": "镇上茶树总面积1140亩，新植核桃1370亩，核桃总面积2300亩。",
    "no cash is no 现": "镇上投入资金90万元，其中种苗60万元，现已栽植800亩。",
    "share of what is not told": "旅游收入1300万元。餐饮收入510万元，占全县GDP的7%。",
    "rate of the whole county": "耕地3100亩，其中水田1800亩、旱地1300亩，森林覆盖率68.5%。",
    "rate of a plan told elsewhere": "种植果树3100亩，种植药材920亩，完成率38.4%。",
    "burnt forest": "发生火灾1起，过火面积12.6亩，受害面积4.2亩，受害率0.002‰。",
    "siblings of a numbered list": (
        "安排项目90个：①产业发展58个，资金860万元，占资金总量的62%；②基础设施22个，资金330万元，占24%。"
    ),
    "real growth": "生产总值达到132亿元，比上年的124亿元增长5.1%。",
    "other place": "2023年，云梓县农村居民收入11200元。2024年，全省农村居民收入达到18600元，增长7%。",
    "tenths": "三次产业结构比例为2∶4∶4。",
    "three plots": "补助标准每亩400元，覆盖青石村300亩，今年已兑付6万元。",
    "about": "全镇约有农户4000户，发放补助约500万元，户均1200元左右。",
    "subsets told with 、": "现有党员52名，其中女党员24名、35岁以下19名、大专以上学历21名。",
    "list before its share": "债务余额27.3亿元，其中一般债务15.4亿元、专项债务11.9亿元，占限额28.6亿元的95.5%。",
    "satisfied callers": "受理来电57件，办结57件，回访满意率93%。",
    "levels, no changes": "外贸出口增长4.2%，达到23亿元。茶农和果农人均收入分别达到21300元和18700元，分别增长6.3%和7.1%。",
    "levels of one kind": "固定资产投资41亿元。财政收入和税收收入分别完成5.2亿元和3.9亿元，分别增长6%和8%。",
    "changes of other things": "旅游收入达到41亿元。财政收入、税收收入分别增加0.2亿元和0.3亿元，增长6%、8%。",
    "left of what arrived": "2022年，全乡规划投资860万元，已到位790万元，节余资金45万元。",
    "left of what was granted": "上级下达资金860万元，落实790万元，结转资金45万元。",
    "paid of what arrived": "2022年，全乡规划投资860万元，实际到位790万元，支出进度92%。",
    "arrived of what was paid": "项目总投资860万元，累计支付790万元，资金到位率92%。",
    "an average of its own sentence": "全乡总投资960.5万元，完成改水160户。发放创业贷款84笔、共504万元，户均6万元。",
    "its own sentence, told first": "发放创业贷款84笔、共504万元，户均6万元。全乡总投资960.5万元，改水160户。",
    "an average of other households": "完成改水160户。兑付养殖保险费640万元，户均5万元。",
    "two works": "招募志愿者300名、社区助理300名。资助困难家庭学生，合计630名。",
}


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_what_the_text_does_not_claim_is_left_alone(text: str) -> None:
    assert flags(text) == []


def test_a_flag_names_each_figure_once() -> None:
    text = "扶助伤残40人、死亡25人，标准分别为每人每月300元和400元，全年发放29.4万元。"
    (flag,) = [one for one in results(text) if one.verdict is Verdict.FAILS]
    assert flag.kind is CheckKind.PRODUCT
    assert len({figure.start for figure in flag.figures}) == len(flag.figures) == 5


def test_the_population_of_one_rate_is_that_of_its_likes() -> None:
    text = (
        "全县农业人口35.2万人。{}年，全县尚有贫困人口17706人，贫困发生率5.03%。今年脱贫后还有5954人，贫困发生率降至{}。"
    )
    assert flags(text.format(2017, "1.69%")) == []
    assert flags(text.format(2017, "1.99%")) == [(CheckKind.RATE, "1.99%")]


def test_one_error_is_told_once() -> None:
    text = "全县社会组织213个，其中社会团体96个、民办非企业116个、基金会12个。"
    assert [(one.kind, len(one.figures)) for one in results(text)] == [(CheckKind.PARTS, 4)]
