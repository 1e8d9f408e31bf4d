"""Forms of words that make a claim: each is confirmed when it is right, and flagged when one figure is wrong."""

from __future__ import annotations

import pytest

from extractor import extract
from extractor.checks import check
from extractor.types import CheckKind, Verdict

# name: (a text that is right, what stands there instead when it is wrong, what that is written for, the claim)
FORMS = {
    "composed of": (
        "全区可用财力62470万元，由本级收入21350万元、上级补助37900万元、上年结余3220万元构成。",
        "62470万元", "82470万元", CheckKind.SUM,
    ),
    "by township, behind a price": (
        "铺设管网92.6公里，每公里18万元，分乡镇落实情况是：柳溪镇41.3公里、白岭乡29.8公里、其余3个乡21.5公里。",
        "92.6公里", "9.26公里", CheckKind.SUM,
    ),
    "seen by year": (
        "新修机耕道58.2公里。分年度看，2021年16.9公里，2022年19.7公里，2023年21.6公里。",
        "58.2公里", "28.2公里", CheckKind.PARTS,
    ),
    "one part is more": ("改造水渠9.4公里，其中干渠6.7公里、支渠2.7公里。", "9.4公里", "4.9公里", CheckKind.PARTS),
    "behind a bracket": (
        "落实项目资金318.5万元（不含以工代赈折资42万元），其中市级200万元、区级73万元、企业捐赠45.5万元。",
        "318.5万元", "31.85万元", CheckKind.PARTS,
    ),
    "a list that ends alike": (
        "全镇搬迁91户，其中集中安置分2个点进行，集中安置64户；分散安置27户。", "91户", "61户", CheckKind.PARTS,
    ),
    "phases with details": (
        "工程总投资735.46万元，其中：第一期投入402.31万元，其中省级300万元。第二期投入333.15万元，其中省级250万元。",
        "735.46万元", "753.46万元", CheckKind.SUM,
    ),
    "what there was far above": (
        "全乡现有梨园5160亩，其中挂果3870亩。明年计划新栽梨园640亩，总面积达到5800亩。",
        "5800亩", "3800亩", CheckKind.SUM,
    ),
    "among all": ("全村388户中，养蜂的126户，种菇的95户。", "126户", "1260户", CheckKind.PARTS),
    "subject named again": (
        "全年总收入962.4万元，其中补助收入716.8万元、本级收入245.6万元。本级收入完成年初预算240万元的102.3%。",
        "102.3%", "109.3%", CheckKind.PROGRESS,
    ),
    "reckoned by": ("有困难群众2316人，按常住人口18745人计算，占比12.4%。", "12.4%", "18.4%", CheckKind.SHARE),
    "beside what is left": ("已兑付补偿款3862万元，占92.3%，余下321万元待核实后兑付。", "92.3%", "72.3%", CheckKind.SHARE),
    "yield": ("压榨油菜籽48吨，出油率38.5%，产菜油18480公斤。", "38.5%", "58.5%", CheckKind.RATE),
    "share of the second": (
        "总户数512户、总人口1934人。受益286户、1073人，占总户数的55.9%、总人口的55.5%。", "55.5%", "75.5%", CheckKind.SHARE,
    ),
    "ratio of two": ("学校有学生132名、教师11名，师生比1∶12。", "132名", "1320名", CheckKind.RATE),
    "only task": ("全年计划投资860万元。到位资金645万元，占年度投资计划的75%。", "75%", "45%", CheckKind.PROGRESS),
    "over five years": (
        "实现农业总收入5.16亿元，比2018年的3.84亿元增加1.32亿元，五年增长34.4%。", "34.4%", "84.4%", CheckKind.GROWTH,
    ),
    "compared with years ago": (
        "村民人均可支配收入19350元，增长8.3%。与2020年的15120元相比，村民收入三年年均增长8.6%。",
        "8.6%", "9.6%", CheckKind.GROWTH,
    ),
    "higher than": (
        "农民人均收入18260元，比全市平均的17150元高1110元，高出6.5%。", "18260元", "1826元", CheckKind.DIFFERENCE,
    ),
    "enlarged": ("栽桑2140亩，比去年的1980亩扩大160亩，增幅8.1%。", "2140亩", "21400亩", CheckKind.DIFFERENCE),
    "missing after a list": (
        "计划投资3480万元，已落实省级资金2250万元、乡镇自筹610万元，缺口620万元。", "620万元", "920万元", CheckKind.DIFFERENCE,
    ),
    "at the end of the year": (
        "年初村级债务46.3万元，一年还了18.8万元，年末还有27.5万元。", "46.3万元", "4.63万元", CheckKind.DIFFERENCE,
    ),
    "in another unit": ("流转土地32公顷（480亩），用于种草。", "480亩", "48亩", CheckKind.REPEAT),
    "more than all of them": ("受理纠纷52起，调解成功50起，成功率96.1%。", "52起", "25起", CheckKind.RATE),
    "formerly": ("化肥用量342吨，上年360吨，减量5.0%。", "5.0%", "8.0%", CheckKind.GROWTH),
    "from one to another": ("大班额由52个班消化到13个班，减幅75.0%。", "75.0%", "45.0%", CheckKind.GROWTH),
    "points of a share": ("升学率52.4%，上年为49.8%，进步了2.6个百分点。", "2.6个百分点", "6.2个百分点", CheckKind.DIFFERENCE),
    "balance": (
        "经营主体由年初的15230户起步，一年里新登记2460户，注吊销715户，到12月末实有16975户。",
        "16975户", "16957户", CheckKind.DIFFERENCE,
    ),
    "shares in turn": (
        "卖出山货52.5万元：食堂采购21万元，电商走货18.9万元，集市零售12.6万元。三块各占40.0%、36.0%、24.0%。",
        "36.0%", "63.0%", CheckKind.SHARE,
    ),
    "times": ("今年集体进账38.4万元，是三年前（12.8万元）的3.0倍。", "12.8万元", "18.2万元", CheckKind.RATE),
    "named again": (
        "完成税收收入64180万元，增长3.6%。税收收入中：增值税31260万元，企业所得税14870万元，其他各税18050万元。",
        "64180万元", "46180万元", CheckKind.SUM,
    ),
    "in brackets": (
        "新建柳林小学（24个班、学位1080个）、河东中学（18个班、学位900个），共新增学位1980个。",
        "1980个", "1890个", CheckKind.SUM,
    ),
    "counted in other units": ("全年死亡2640人，火化1742具，火化率66.0%。", "66.0%", "86.0%", CheckKind.RATE),
    "budget before its rate": (
        "支出386420万元，同比增长3.8%，预算数为401250万元，支出执行率96.3%。", "96.3%", "93.6%", CheckKind.PROGRESS,
    ),
    "half-width points": (
        "修建水渠42.6公里,其中干渠18.4公里、支渠24.2公里.全年投入资金850万元.", "42.6公里", "24.6公里", CheckKind.PARTS,
    ),
    "households where the people fit": (
        "认定帮扶对象64户209人，其中丧失劳力户19户52人，灾后返困户28户97人，大病户17户60人。",
        "64户", "61户", CheckKind.SUM,
    ),
    "counts where the money fits": (
        "安排项目18个、资金960万元，其中产业类7个、资金418万元，道路类6个、资金352万元，人居类5个、资金190万元。",
        "6个", "9个", CheckKind.SUM,
    ),
    "givers behind the terms": (
        "新建大棚共花去72.8万元，按财政补1200元/亩、社员摊800元/亩的约定，财政专项资金安排43.68万元，社员自筹29.12万元。",
        "72.8万元", "72.3万元", CheckKind.PARTS,
    ),
    "grades": ("加固病险房屋83户，其中C级46户，每户补助9000元；D级37户，每户补助3万元。", "83户", "53户", CheckKind.PARTS),
    "done with money behind": (
        "列入整治渠道12条380延米，整治完毕9条312延米，条数完成率75.0%。", "75.0%", "73.0%", CheckKind.PROGRESS,
    ),
    "one and two more": (
        "我全年下乡214天，另两名同志分别为187天和163天，合计564天。", "214天", "241天", CheckKind.SUM,
    ),
    "a mean, its number before": (
        "合作社入股农户146户。今年卖鲜果36.2万斤，社员分红58.4万元，户均4000元；卖加工品进账31.69万元，户均2171元。",
        "31.69万元", "31.69亿元", CheckKind.MEAN,
    ),
    "said to be of one and near another": (
        "①甲路全长17.2公里，铺筑完毕；②乙路全长18.4公里，路基已成，铺油11.5公里，占62.5%。", "62.5%", "66.5%", CheckKind.SHARE,
    ),
    "from one standard to another": (
        "农村低保标准由每人每月430元调整为465元，提标35元，幅度为8.1%。", "35元", "53元", CheckKind.DIFFERENCE,
    ),
    "days saved": ("平均办结时间从9.4天降至6.8天，缩短2.6天。", "2.6天", "6.2天", CheckKind.DIFFERENCE),
    "saved": ("会议经费支出21.5万元，比上年节省3.5万元，压缩14.0%。", "14.0%", "41.0%", CheckKind.GROWTH),
    "two that are named": (
        "上级专项3.72亿元，地方债券1.26亿元，企业自筹2.15亿元。上级专项和地方债券两类共4.98亿元。",
        "4.98亿元", "4.89亿元", CheckKind.SUM,
    ),
    "last year's amount again": (
        "去年全县修缮校舍投入资金2.46亿元。新的一年，计划投资2.95亿元，比上年增长19.9%。", "2.95亿元", "2.46亿元", CheckKind.GROWTH,
    ),
    "contained": ("每户分两次兑付，头一年600元（含种子钱200元），第二年400元。", "200元", "200万元", CheckKind.PARTS),
    "by so much each, the number before": (
        "入社农户614户，其中低收入户317户。到户资金158.5万元全部按每户5000元折股。", "5000元", "50000元", CheckKind.PRODUCT,
    ),
    "of the whole in its own sentence": (
        "①甲路全长18.6公里；②乙路全长12.5公里，概算2800万元，铺油7.5公里，占60%。", "60%", "40%", CheckKind.SHARE,
    ),
    "units left out": ("年末户籍人口52.16万人，其中男性27.03万，女性25.13万。", "27.03万", "270.3万", CheckKind.PARTS),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong", "kind"), FORMS.values(), ids=FORMS.keys())
def test_a_form_is_read(text: str, right: str, wrong: str, kind: CheckKind) -> None:
    assert text.count(right) == 1
    assert [one for one in check(extract(text)) if one.verdict is Verdict.FAILS] == []
    flagged = {one.kind for one in check(extract(text.replace(right, wrong))) if one.verdict is Verdict.FAILS}
    assert kind in flagged
