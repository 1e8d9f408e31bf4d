"""Codes of indicators: the wording and the dimension decide together, and what is not certain has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.context.indicator_code import codes
from extractor.resources import read_table
from extractor.resources.units import unit_named
from extractor.types import Modifier, Quantity

COLUMNS = ("code", "name", "aliases", "dimension", "project_type")
CODES = {None, *(row["code"] for row in read_table("indicators.tsv", COLUMNS))}
UNIT_OF = {
    "money": "元", "people": "人", "households": "户", "person_times": "人次", "length": "公里", "area": "亩",
    "volume": "立方米", "mass": "吨", "power": "千瓦", "count": "个", "percent": "%",
    "energy": "千瓦时", "time": "天", "age": "岁", "temperature": "℃", "ratio": "比",
}  # fmt: skip


def quantity(unit: str) -> Quantity:
    """A quantity in ``unit``; a rate has the dimension of what stands before its stroke."""
    dimension = unit_named(unit.split("/")[0]).dimension
    return Quantity(0, 1, "1", None, None, Modifier.EXACT, unit, dimension, None, "")


KNOWN = [
    ("贫困户", "户", "poor_households"),
    ("贫困户", "人", "poor_population"),
    ("建档立卡贫困户", "户", "poor_households"),
    ("建档立卡贫困人口", "人", "poor_population"),
    ("共有建档立卡贫困户", "户", "poor_households"),
    ("全县贫困人口", "人", "poor_population"),
    ("贫困人口", "户", "poor_households"),
    ("脱贫户", "户", "lifted_households"),
    ("贫困户脱贫", "人", "lifted_population"),
    ("脱贫", "户", "lifted_households"),
    ("未脱贫人口", "人", "remaining_poor_population"),
    ("未脱贫户", "户", "remaining_poor_households"),
    ("返贫", "户", "relapsed_households"),
    ("监测户", "户", "monitored_households"),
    ("防返贫监测对象", "人", "monitored_population"),
    ("新识别监测对象", "户", "new_monitored_households"),
    ("脱贫不稳定户", "户", "unstable_households"),
    ("边缘易致贫户", "人", "marginal_population"),
    ("贫困村", "个", "poor_villages"),
    ("贫困村", "村", "poor_villages"),
    ("深度贫困村", "个", "deep_poverty_villages"),
    ("省级贫困村", "个", "provincial_poor_villages"),
    ("贫困村出列", "个", "lifted_villages"),
    ("贫困发生率", "%", "poverty_incidence"),
    ("综合贫困发生率", "%", "poverty_incidence"),
    ("脱贫人口人均纯收入", "元", "lifted_income_per_capita"),
    ("因病致贫", "户", "illness_poverty_households"),
    ("投入扶贫资金", "元", "poverty_funds"),
    ("扶贫资金投入", "元", "poverty_funds"),
    ("争取扶贫资金", "元", "poverty_funds_obtained"),
    ("财政专项扶贫资金", "元", "fiscal_poverty_funds"),
    ("中央财政专项扶贫资金", "元", "central_poverty_funds"),
    ("到位衔接资金", "元", "revitalization_funds_received"),
    ("整合涉农资金", "元", "agri_funds_integrated"),
    ("群众自筹", "元", "self_raised_funds"),
    ("群众投工投劳折资", "元", "labor_contribution"),
    ("易地扶贫搬迁", "户", "poverty_relocation_households"),
    ("易地扶贫搬迁", "人", "poverty_relocation_population"),
    ("搬迁", "户", "relocated_households"),
    ("集中安置", "人", "centralized_resettled_population"),
    ("分散安置", "户", "scattered_resettled_households"),
    ("建成集中安置点", "个", "resettlement_sites_built"),
    ("实施危房改造", "户", "dilapidated_renovation_households"),
    ("农村危房改造", "户", "dilapidated_renovation_households"),
    ("危房改造补助资金", "元", "dilapidated_renovation_funds"),
    ("新建安居房", "户", "secure_housing_households_built"),
    ("新建安居房", "平方米", "secure_housing_built_area"),
    ("新建农房", "户", "rural_houses_built"),
    ("新建农房", "人", "rural_houses_built_people"),
    ("改造老旧小区", "个", "old_communities_renovated"),
    ("改造老旧小区", "户", "old_communities_households"),
    ("棚改新开工", "套", "shantytown_started"),
    ("总人口", "人", "total_population"),
    ("全镇总人口", "人", "total_population"),
    ("总人口", "户", "total_households"),
    ("人口", "户", "total_households"),
    ("户籍人口", "人", "registered_population"),
    ("年末常住人口", "人", "resident_population"),
    ("农业人口", "户", "agricultural_households"),
    ("农业人口", "人", "agricultural_population"),
    ("人口自然增长率", "‰", "natural_growth_rate"),
    ("常住人口城镇化率", "%", "urbanization_rate"),
    ("下辖行政村", "个", "administrative_villages"),
    ("辖村", "村", "administrative_villages"),
    ("村民委员会", "个", "administrative_villages"),
    ("村民小组", "组", "village_groups"),
    ("自然村", "个", "natural_villages"),
    ("居委会", "个", "communities"),
    ("国土面积", "平方公里", "land_area"),
    ("平均海拔", "米", "elevation_mean"),
    ("最高海拔", "米", "elevation_max"),
    ("年平均气温", "℃", "temperature_mean"),
    ("年均降水量", "毫米", "precipitation"),
    ("无霜期", "天", "frost_free_days"),
    ("生产总值", "元", "gdp"),
    ("完成地区生产总值", "元", "gdp"),
    ("地区生产总值同比增长", "%", "gdp_growth"),
    ("第一产业增加值", "元", "primary_industry_value"),
    ("第二产业增加值比上年增长", "%", "secondary_industry_value_growth"),
    ("规上工业增加值增速", "%", "scale_industrial_value_added_growth"),
    ("财政总收入", "元", "fiscal_revenue"),
    ("一般公共预算收入", "元", "general_budget_revenue"),
    ("一般公共预算支出", "元", "general_budget_expenditure"),
    ("税收收入", "元", "tax_revenue"),
    ("固定资产投资", "元", "fixed_investment"),
    ("固定资产投资增长", "%", "fixed_investment_growth"),
    ("社会消费品零售总额", "元", "retail_sales"),
    ("进出口总额", "元", "trade_total"),
    ("各项存款余额", "元", "deposits"),
    ("各项贷款余额", "元", "loans"),
    ("城镇居民人均可支配收入", "元", "urban_income"),
    ("农村居民人均可支配收入", "元", "rural_income"),
    ("农村居民人均可支配收入增长", "%", "rural_income_growth"),
    ("农民人均纯收入", "元", "farmer_net_income"),
    ("农民人均纯收入达到", "元", "farmer_net_income"),
    ("农民人均纯收入增加", "元", "farmer_income_increase"),
    ("城乡居民收入比", "比", "income_ratio"),
    ("发放扶贫小额信贷", "元", "microcredit"),
    ("发放扶贫小额信贷", "户", "microcredit_households"),
    ("新增扶贫小额信贷", "元", "microcredit_new"),
    ("新增专项债券", "元", "special_bonds_new"),
    ("村集体经济收入", "元", "collective_income"),
    ("农民专业合作社", "家", "cooperatives"),
    ("新成立专业合作社", "个", "cooperatives_founded"),
    ("粮食播种面积", "亩", "grain_area"),
    ("粮食总产量", "吨", "grain_output"),
    ("粮食产量", "斤", "grain_output"),
    ("人均占有粮食", "公斤", "grain_per_capita"),
    ("蔬菜", "亩", "vegetables_area"),
    ("蔬菜产量", "吨", "vegetables_output"),
    ("烤烟", "亩", "flue_cured_tobacco_area"),
    ("种植烤烟", "亩", "flue_cured_tobacco_area"),
    ("核桃总面积", "亩", "walnut_area"),
    ("新植核桃", "亩", "walnut_planted"),
    ("茶园", "亩", "tea_area"),
    ("肉类产量", "吨", "meat_output"),
    ("生猪存栏", "头", "pig_stock"),
    ("出栏生猪", "头", "pig_slaughtered"),
    ("养牛", "头", "cattle_raised"),
    ("家禽出栏", "羽", "poultry_slaughtered"),
    ("能繁母猪", "头", "breeding_sow_stock"),
    ("耕地面积", "亩", "arable_land"),
    ("新增高标准农田", "亩", "high_standard_farmland_built"),
    ("高标准农田", "亩", "high_standard_farmland"),
    ("农村公路总里程", "公里", "rural_road_mileage"),
    ("新改建农村公路", "公里", "rural_road_built"),
    ("硬化村组道路", "公里", "roads_hardened"),
    ("硬化村庄道路", "平方米", "roads_hardened_area"),
    ("新修村组道路", "公里", "village_group_roads_built"),
    ("新修村组道路", "条", "village_group_roads_built_count"),
    ("村组道路", "公里", "village_group_roads"),
    ("修建便民桥", "座", "bridges_built"),
    ("改造危桥", "座", "dangerous_bridges_renovated"),
    ("改造危桥", "米", "dangerous_bridges_length"),
    ("新建水渠", "公里", "canals_built"),
    ("衬砌渠道", "公里", "canals_renovated"),
    ("水库", "座", "reservoirs"),
    ("整治山坪塘", "口", "hill_ponds_renovated"),
    ("新建山坪塘", "口", "hill_ponds_built"),
    ("蓄水池", "口", "water_tanks"),
    ("铺设管道", "公里", "water_pipes"),
    ("农村自来水普及率", "%", "tap_water_rate"),
    ("解决饮水安全问题", "人", "safe_water_population"),
    ("新建沼气池", "口", "biogas_digesters_built"),
    ("光伏电站", "座", "pv_stations"),
    ("光伏电站", "千瓦", "pv_capacity"),
    ("安装太阳能路灯", "盏", "solar_street_lamps_built"),
    ("改厕", "户", "household_toilets_built"),
    ("森林覆盖率", "%", "forest_coverage"),
    ("人工造林", "亩", "afforestation"),
    ("退耕还林", "亩", "grain_to_green"),
    ("退耕还林", "户", "grain_to_green_households"),
    ("选聘生态护林员", "人", "forest_rangers"),
    ("小学", "所", "primary_schools"),
    ("新建幼儿园", "所", "kindergartens_built"),
    ("在校生", "人", "students"),
    ("专任教师", "人", "fulltime_teachers"),
    ("九年义务教育巩固率", "%", "compulsory_retention_rate"),
    ("资助贫困学生", "人次", "students_aided"),
    ("雨露计划", "人", "yulu_beneficiaries"),
    ("雨露计划", "元", "yulu_funds"),
    ("新农合参合率", "%", "ncms_rate"),
    ("城乡居民医保参保率", "%", "medical_insurance_rate"),
    ("农村低保", "户", "rural_dibao_households"),
    ("农村低保", "人", "rural_dibao_population"),
    ("城市低保标准每人每月", "元", "urban_dibao_standard_monthly"),
    ("农村低保标准每人每年", "元", "rural_dibao_standard_annual"),
    ("五保户", "户", "wubao_households"),
    ("城镇新增就业", "人", "new_urban_jobs"),
    ("城镇登记失业率", "%", "unemployment_registered"),
    ("劳务输出", "人次", "labor_exported"),
    ("劳务收入", "元", "labor_income"),
    ("举办培训班", "期", "training_courses"),
    ("培训", "人次", "trainees"),
    ("农业实用技术培训", "人次", "technical_trainees"),
    ("农业实用技术培训", "期", "technical_courses"),
    ("接待游客", "人次", "tourists"),
    ("旅游综合收入", "元", "tourism_income"),
    ("选派驻村干部", "人", "resident_cadres"),
    ("帮扶贫困户", "户", "helped_households"),
    ("捐款", "元", "donations"),
    ("捐款捐物", "元", "donations_total"),
    ("排查隐患", "处", "hazards_found"),
    ("生产安全事故", "起", "accidents"),
    ("生产安全事故死亡人数", "人", "accident_deaths"),
    ("计划投资", "元", "planned_investment"),
    ("总投资", "元", "total_investment"),
    ("计划总投资", "元", "total_investment_planned"),
]

UNKNOWN = [
    ("贫困户", "%"),
    ("走访贫困户", "户"),
    ("新增贫困户", "户"),
    ("吸纳贫困户", "户"),
    ("贫困户劳动力", "人"),
    ("贫困户技能培训", "户"),
    ("贫困人口占总人口", "%"),
    ("占总人口", "%"),
    ("贫困村", "户"),
    ("贫困发生率", "百分点"),
    ("贫困发生率下降", "百分点"),
    ("脱贫任务", "户"),
    ("计划脱贫", "户"),
    ("危房改造任务", "户"),
    ("危房改造完成率", "百分点"),
    ("人均扶贫资金", "元"),
    ("户均扶贫资金", "元"),
    ("每户补助", "元"),
    ("农村低保标准每人每年", "元/人"),
    ("农村居民人均可支配收入", "元/人"),
    ("农民人均纯收入年均递增", "%"),
    ("地区生产总值年均增长", "%"),
    ("地区生产总值", "%"),
    ("生产总值", "亩"),
    ("减少耕地面积", "亩"),
    ("耕地面积减少", "亩"),
    ("粮食播种面积减少", "亩"),
    ("粮食播种面积增加", "亩"),
    ("小学生", "所"),
    ("小学", "人"),
    ("教师", "所"),
    ("森林覆盖率", "亩"),
    ("森林覆盖率", "百分点"),
    ("接待游客", "元"),
    ("游客满意", "人次"),
    ("企业", "家"),
    ("学生", "人"),
    ("村", "个"),
    ("乡镇", "村"),
    ("村级活动中心", "村"),
    ("床位", "张"),
    ("面积", "亩"),
    ("收入", "元"),
    ("投资", "元"),
    ("资金", "元"),
    ("补助", "元"),
    ("新增", "户"),
    ("达到", "户"),
    ("共有", "户"),
    ("全县", "人"),
    ("", "户"),
    ("投入", "元"),
    ("蔬菜基地道路", "公里"),
    ("沼气池成功率", "%"),
    ("水渠受益", "亩"),
    ("培训费", "元"),
    ("培训计划", "期"),
    ("医院院长", "人"),
    ("总", "人"),
    ("共贫困", "户"),
    ("城乡居民人均可支配收入", "元"),
    ("新增养老床位计划", "张"),
    ("出栏生猪增长", "头"),
    ("新增学位缺口", "个"),
    ("生猪存栏减少", "头"),
    ("未完成危房改造", "户"),
]


@pytest.mark.parametrize(("indicator", "unit", "code"), KNOWN)
def test_known(indicator: str, unit: str, code: str) -> None:
    assert codes([indicator], [quantity(unit)]) == [code]


@pytest.mark.parametrize(("indicator", "unit"), UNKNOWN)
def test_unknown(indicator: str, unit: str) -> None:
    assert codes([indicator], [quantity(unit)]) == [None]


def test_pair_of_households_and_people_differs_by_unit_only() -> None:
    assert codes(["贫困户", "贫困户"], [quantity("户"), quantity("人")]) == ["poor_households", "poor_population"]


def test_indicators_and_quantities_must_match_in_number() -> None:
    with pytest.raises(ValueError, match="zip"):
        codes(["贫困户"], [])


@pytest.mark.parametrize("row", list(read_table("indicators.tsv", COLUMNS)), ids=lambda row: row["code"])
def test_every_official_name_gives_its_own_code(row: dict[str, str]) -> None:
    for dimension in row["dimension"].split("|"):
        assert codes([row["name"]], [quantity(UNIT_OF[dimension])]) == [row["code"]]


@pytest.mark.parametrize("mark", ["减少", "计划新增", "人均", "户均", "占", "未完成", "拟"])
@pytest.mark.parametrize(("indicator", "unit"), [("贫困人口", "人"), ("耕地面积", "亩"), ("扶贫资金", "元")])
def test_a_word_that_changes_the_meaning_is_never_swallowed(mark: str, indicator: str, unit: str) -> None:
    swallowed = codes([indicator], [quantity(unit)])
    assert swallowed != [None]
    assert codes([mark + indicator], [quantity(unit)]) != swallowed


def test_a_line_of_garbage_has_no_code() -> None:
    assert codes(["共" * 1_000_000], [quantity("户")]) == [None]


def test_no_wording_is_too_long_to_be_found() -> None:
    assert max(len(alias) for row in read_table("indicators.tsv", COLUMNS) for alias in row["aliases"].split("|")) < 40


@given(st.text(max_size=40))
def test_any_text_has_a_code_of_the_lexicon_or_none(indicator: str) -> None:
    assert codes([indicator], [quantity("户")])[0] in CODES


@given(st.sampled_from(["全县", "我镇", "截至目前", "累计", "共有"]), st.sampled_from(["达到", "共", "为", ""]))
def test_words_of_place_and_time_change_nothing(before: str, after: str) -> None:
    assert codes([f"{before}建档立卡贫困户{after}"], [quantity("户")]) == ["poor_households"]
