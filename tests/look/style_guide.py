"""Every piece of the pages at once, with figures as they occur: for looking at, and for the tests beside it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assessments.models import Compliance
from common.errors import Locked, LockReason
from jobs.models import Job
from targets.models import Plan


class Example(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="机构名称", help_text="按统一社会信用代码证书填写。")
    code = forms.CharField(label="统一社会信用代码", max_length=18)
    kind = forms.ChoiceField(label="机构类别", choices=[("", "请选择"), ("01", "国家机关"), ("021", "教育类事业单位")])
    metered = forms.BooleanField(label="独立计量", required=False, help_text="有单独电表，可取得负荷曲线。")
    roof = forms.ChoiceField(
        label="屋顶类别", choices=[("organ", "党政机关"), ("other", "学校、医院等")], widget=forms.RadioSelect
    )
    area = forms.DecimalField(label="建筑面积（m²）", required=False)
    day = forms.DateField(label="纳入日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(label="佐证材料", required=False)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))


@dataclass
class Row:
    """A line of the quarterly form."""

    name: str
    unit: str
    decimals: int
    target: Decimal | None
    before: Decimal | None
    value: Decimal | None
    total: Decimal | None
    attainment: Decimal | None
    status: str
    base: Decimal | None = None
    note: str = ""


def _d(text: str) -> Decimal | None:
    return Decimal(text) if text else None


ROWS = [
    Row("新建充电桩", "个", 0, _d("40"), _d("12"), _d("9"), _d("21"), _d("52.5"), "on_pace"),
    Row(
        "新建建筑可安装光伏面积覆盖率",
        "%",
        2,
        _d("50"),
        _d("41.25"),
        _d("1860"),
        _d("46.5"),
        _d("93"),
        "behind",
        _d("4000"),
    ),
    Row("年度新增光伏发电项目", "个", 0, _d("2"), _d("0"), None, _d("0"), _d("0"), "far_behind"),
    Row("超能耗定额约束值机构（未整改）", "家", 0, _d("0"), _d("3"), _d("0"), _d("0"), _d("100"), "met", _d("5")),
    Row("迎峰度夏相似日高峰负荷下降率", "%", 2, _d("10"), None, None, None, None, "not_due"),
    Row("光盘行动制止餐饮浪费", "%", 0, _d("100"), _d("50"), None, None, None, "no_data"),
    Row("光伏装机容量", "千瓦", 3, None, _d("1250.5"), _d("318.255"), _d("1568.755"), None, "tracked"),
    Row("餐厨废弃物资源化利用", "%", 0, _d("100"), None, None, None, None, "not_applicable", note="本县无集中食堂。"),
    Row("年度新增光伏发电项目（上年）", "个", 0, _d("2"), _d("1"), _d("0"), _d("1"), _d("50"), "missed"),
]
UNITS = [
    "连云港市",
    "海州区",
    "连云区",
    "赣榆区",
    "东海县",
    "灌云县",
    "灌南县",
    "开发区",
    "高新区",
    "徐圩新区",
    "云台山景区",
    "市本级",
]
HEADS = [
    "新建充电桩",
    "光伏覆盖率",
    "机关光伏",
    "学校医院光伏",
    "新增光伏项目",
    "夏季负荷",
    "冬季负荷",
    "示范单位",
    "分类示范点",
    "超定额",
    "塑料制品",
    "餐厨",
    "光盘行动",
]
CODES = list(Compliance.Status.values)


def page(request: HttpRequest) -> HttpResponse:
    """The style guide; `?toast=1` with a message of each tone; what is posted to it comes back as a message."""
    if request.method == "POST":
        messages.success(request, f"收到：{request.POST.get('reason', '无理由')}")
        return redirect("style_guide")
    if request.GET.get("toast"):
        messages.success(request, "已保存 20 行。")
        messages.warning(request, "有 3 行与上季相差较大，请核对。")
        messages.error(request, "报告已由 王审核 审核，不能再撤回。")
    now = request.arrived_at  # type: ignore[attr-defined]
    wrong = Example({"name": "东海县中医院", "code": "12320722MB0000000X", "roof": "other"})
    wrong.add_error("code", "校验码不对，请核对第 18 位。")
    wrong.add_error(None, "有 2 处需要更正。")
    context: dict[str, Any] = {
        "plan": Plan.objects.select_related("owner").first(),
        "steps": [("总览", "/look/"), ("东海县", "/look/")],
        "rows": ROWS,
        "statuses": CODES,
        "states": ["not_started", "draft", "submitted", "returned", "approved", "overdue"],
        "quarter_states": ["upcoming", "open", "closed"],
        "job_states": ["queued", "running", "done", "failed"],
        "heads": HEADS,
        "matrix": [
            (unit, [(CODES[(i * 5 + j * 3) % 9], Decimal(i * 7 + j * 3)) for j in range(len(HEADS))])
            for i, unit in enumerate(UNITS)
        ],
        "form": Example(),
        "wrong": wrong,
        "job": Job(kind="assessment", state=Job.State.RUNNING, done=132, total=341, message="正在计算 东海县"),
        "failed_job": Job(kind="workbook", state=Job.State.FAILED, done=5, total=9, message="进程中断，可重新运行。"),
        "dues": [
            now + timedelta(days=12, hours=3),
            now + timedelta(days=3, hours=2),
            now + timedelta(hours=5),
            now - timedelta(days=2),
        ],
        "now": now,
        "tabs": [("得分明细", "/look/", True), ("指标完成情况", "/look/", False), ("季度进度", "/look/", False)],
    }
    return render(request, "style_guide.html", context)


def refused(request: HttpRequest) -> HttpResponse:
    """A refusal, as every view makes one."""
    raise Locked(LockReason.CLOSED)


def broken(request: HttpRequest) -> HttpResponse:
    """A failure that nobody foresaw."""
    raise RuntimeError("broken on purpose")
