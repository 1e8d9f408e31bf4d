"""Indicator, status, project type and funder of figures in sentences of our own, through the whole pipeline."""

from __future__ import annotations

import pytest

from extractor import extract
from extractor.types import Figure


def figures(text: str) -> list[Figure]:
    return list(extract(text).figures)


def named(text: str, number: str) -> Figure:
    """The figure of ``text`` whose span is ``number``."""
    found = [figure for figure in figures(text) if figure.text == number]
    assert len(found) == 1, f"{number!r} found {len(found)} times in {[f.text for f in figures(text)]}"
    return found[0]


INDICATORS = [
    ("全镇新建水渠3.5公里。", "3.5公里", "新建水渠"),
    ("全镇新建水渠3.5公里、蓄水池22口。", "22口", "蓄水池"),
    ("全乡辖7个村民委员会43个村民小组。", "7个", "村民委员会"),
    ("全乡辖7个村民委员会43个村民小组。", "43个", "村民小组"),
    ("全乡辖7个村民委员会43个村民小组，共2480户、7260人。", "2480户", "总人口"),
    ("镇上配备了3名扶贫专干。", "3名", "配备扶贫专干"),
    ("现有未脱贫户21户70人。", "21户", "未脱贫户"),
    ("现有未脱贫户21户70人。", "70人", "未脱贫户"),
    ("投入12万元实施了三岔村饮水安全工程。", "12万元", "饮水安全工程投入"),
    ("农民人均纯收入由2012年的3520元增加到2015年的5910元。", "5910元", "农民人均纯收入"),
    ("实现生产总值2.2亿元，同比增长4.7%。", "4.7%", "生产总值同比增长"),
    ("（一）核桃。新栽1.8万亩，累计面积21.3万亩，总产5160吨。", "5160吨", "核桃总产"),
    ("选聘护林员680名，其中大柏沟镇152名。", "152名", "选聘护林员"),
    ("全县小学138所、初中36所。", "36所", "初中"),
    ("工程中标价536万元。", "536万元", "工程中标价"),
    ("新增税收过100万元的企业20家。", "20家", "企业"),
    ("柳林、石桥2个村列入市级贫困村，148户、420人列入帮扶对象。", "420人", "列入帮扶对象"),
    ("市上下达我县造林任务6.8万亩。", "6.8万亩", "造林任务"),
    ("营业收入、利润分别增长6%、60.7%。", "60.7%", "利润增长"),
    ("城镇和农村居民人均收入分别为8万元、4.5万元。", "8万元", "城镇居民人均收入"),
    ("常住人口城镇化率提高到64.8%。", "64.8%", "常住人口城镇化率"),
    ("全县公路412公里，其中国道126公里。", "126公里", "国道"),
    ("国家级重点实验室从15家跃升到38家。", "15家", "国家级重点实验室"),
    ("全县辖14个乡镇、186个行政村。", "14个乡镇", "乡镇"),
    ("硬化通组路20公里，其中：枫林村6公里、石碾村14公里。", "14公里", "硬化通组路"),
    ("高血压筛查4315人，筛查率98.9%。", "98.9%", "高血压筛查率"),
    ("按400元/亩的标准补助种苗，计24万元。", "24万元", "补助种苗"),
]


@pytest.mark.parametrize(("text", "number", "indicator"), INDICATORS)
def test_indicator(text: str, number: str, indicator: str) -> None:
    assert named(text, number).indicator == indicator


STATUSES = [
    ("全年完成通组路硬化13公里。", "13公里", "actual"),
    ("力争完成通组路硬化13公里。", "13公里", "planned"),
    ("明年计划投资80万元，新建便民桥2座。", "2座", "planned"),
    ("计划投资80万元，目前已完成投资50万元。", "80万元", "planned"),
    ("计划投资80万元，目前已完成投资50万元。", "50万元", "actual"),
    ("二、下步打算\n新修通组路9公里，发展养牛户30户。", "9公里", "planned"),
    ("二、下步打算\n目前全镇已有养牛户30户。", "30户", "actual"),
    ("对人均纯收入3000元以下的贫困户建档立卡。", "3000元", "standard"),
    ("危房改造每户补助1.2万元。", "1.2万元", "standard"),
    ("第一书记每月驻村不少于20天。", "20天", "standard"),
    ("60岁以上老人327名。", "60岁", "standard"),
    ("60岁以上老人327名。", "327名", "actual"),
    ("完成投资1806万元，占今年投资任务6020万元的30%。", "6020万元", "planned"),
    ("完成投资1806万元，占今年投资任务6020万元的30%。", "30%", "actual"),
    ("落实雨露计划1436人。", "1436人", "actual"),
    ("发放各类救助资金386万元。", "386万元", "actual"),
    ("新建高标准农田3万亩。", "3万亩", "actual"),
    ("目标任务是完成30个村的改造。", "30个村", "planned"),
    ("二、2021年打算\n6月底前开工率达到100%。", "100%", "planned"),
    ("项目管理费24万元，未突破2%的上限。", "2%", "standard"),
    ("安装路灯120盏，单价2500元/盏。", "2500元/盏", "standard"),
    ("三、存在的问题\n村医只有61人。", "61人", "actual"),
    ("解决了三百余户1200多人的吃水困难。", "三百余户", "actual"),
]


@pytest.mark.parametrize(("text", "number", "status"), STATUSES)
def test_status(text: str, number: str, status: str) -> None:
    assert named(text, number).status.value == status


def test_a_later_year_in_a_heading_is_a_plan() -> None:
    text = "一、2020年工作\n修路3公里。\n二、2021年工作\n修路5公里。\n"
    assert [figure.status.value for figure in figures(text)] == ["actual", "planned"]


PROJECT_TYPES = [
    ("投入12万元实施了三岔村饮水安全工程。", "12万元", "drinking_water"),
    ("发展肉牛存栏1.85万头。", "1.85万头", "livestock"),
    ("组织贫困户技能培训4次。", "4次", "training"),
    ("改造农村危房1017户。", "1017户", "housing"),
    ("全乡总人口15320人。", "15320人", None),
    ("全县国土面积246平方公里。", "246平方公里", None),
    ("拓宽销售渠道，硬化通组路3公里。", "3公里", "road"),
]


@pytest.mark.parametrize(("text", "number", "code"), PROJECT_TYPES)
def test_project_type(text: str, number: str, code: str | None) -> None:
    assert named(text, number).project_type == code


FUNDERS = [
    ("总投资89万元，其中：省级资金40万元，乡自筹49万元。", "40万元", "省级"),
    ("总投资89万元，其中：省级资金40万元，乡自筹49万元。", "49万元", "乡自筹"),
    ("总投资89万元，其中：省级资金40万元，乡自筹49万元。", "89万元", None),
    ("群众投工投劳折资6万元。", "6万元", "群众投工投劳"),
    ("县财政配套20万元。", "20万元", "县财政"),
    ("硬化道路3公里。", "3公里", None),
]


@pytest.mark.parametrize(("text", "number", "funder"), FUNDERS)
def test_funder(text: str, number: str, funder: str | None) -> None:
    assert named(text, number).funder == funder
