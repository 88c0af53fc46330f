"""What is said of each problem: what happened, what is expected, what to do (stable codes, policy P1 to P16)."""


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


TEMPLATES: dict[str, str] = {
    # the file as a whole
    "empty_file": _("文件是空的，里面没有任何内容。请用 Excel 或 WPS 打开填好的表格，保存为 .xlsx 后再上传。"),
    "not_xlsx": _("这不是可以读取的工作簿。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"),
    "is_picture": _(
        "这是一张 %(kind)s 图片，不是工作簿。请把表格填进 Excel 或 WPS，另存为“Excel 工作簿（.xlsx）”后再上传。"
    ),
    "is_document": _(
        "这是 %(kind)s 文件，不是工作簿。请把里面的表格复制到 Excel 或 WPS，另存为“Excel 工作簿（.xlsx）”后再上传。"
    ),
    "is_archive": _("这是 %(kind)s 压缩包，不是工作簿。请先解压，再逐个上传里面的 .xlsx 工作簿。"),
    "is_other_book": _(
        "这是 %(kind)s 格式的表格，不是 .xlsx。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
    ),
    "is_text": _(
        "这是纯文本，不是工作簿。请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”后再上传；"
        "如果是 CSV 表格，请把文件名的后缀改为 .csv。"
    ),
    "not_csv": _("文件名是 .csv，内容却不是文本。请另存为 .xlsx，或改正文件名后再上传。"),
    "name_mismatch": _("文件内容是 .xlsx 工作簿，文件名却是另一种格式。请把文件名的后缀改为 .xlsx 后再上传。"),
    "old_xls": _(
        "这是旧格式的 .xls 文件，并且带宏或者文件名写成了 .xlsx。请另存为不含宏的“Excel 工作簿（.xlsx）”后再上传。"
    ),
    "html_file": _("这是网页（HTML），不是工作簿。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"),
    "xml_2003": _("这是 XML 表格 2003，不是 .xlsx。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"),
    "macro_file": _("文件里有宏，为了安全不能接收。请另存为不含宏的“Excel 工作簿（.xlsx）”后再上传。"),
    "encrypted": _("文件设有打开密码。请取消密码（文件－信息－保护工作簿）后再上传。"),
    "damaged": _("文件已损坏，读不出完整内容。请用 Excel 或 WPS 打开检查，另存为一个新的 .xlsx 后再上传。"),
    "unknown_encoding": _("看不出文本的编码，或者文件里混有几种编码。请另存为 .xlsx，或另存为“CSV UTF-8”后再上传。"),
    "unpacked_too_large": _("文件展开后超过 %(limit)s MB。请删去图片和无关的工作表后再上传。"),
    "too_many_parts": _("文件里的部件超过 %(limit)s 个。请把数据复制到一个新的工作簿后再上传。"),
    "bad_part_name": _("文件里有名称不正常的部件“%(read)s”。请另存为一个新的 .xlsx 后再上传。"),
    "duplicate_part": _("文件里有两个同名的部件“%(read)s”，不知该读哪一个。请另存为一个新的 .xlsx 后再上传。"),
    "dtd_forbidden": _("文件里有文档类型声明（DTD），正常的工作簿不会有。请另存为一个新的 .xlsx 后再上传。"),
    "too_many_sheets": _("工作表超过 %(limit)s 个。请只保留要导入的工作表。"),
    "too_many_rows": _("数据超过 %(limit)s 行，或者表格下方很远处还有内容。请删去多余的行，或分成几个文件上传。"),
    "too_many_columns": _("表格超过 %(limit)s 列。请删去右侧多余的列后再上传。"),
    "too_many_cells": _("有内容的单元格超过 %(limit)s 个。请删去无关的内容，或分成几个文件上传。"),
    "too_many_merges": _("合并单元格超过 %(limit)s 处。请取消多余的合并后再上传。"),
    "took_too_long": _("文件太复杂，没能在规定时间内读完。请把数据复制到一个新的工作簿后再上传。"),
    # the layout
    "no_header": _("前 20 行里没有找到表头。表头应有：地区、季度、指标、完成值（可下载模板）。"),
    "no_register_header": _("前 20 行里没有找到表头。表头应有：%(columns)s（可下载模板）。"),
    "incomplete_header": _(
        "没有找到完整的表头。工作表“%(sheet)s”第 %(row)s 行最像：认出了%(named)s，缺少%(missing)s。"
        "请补上缺少的列，或下载模板填写。"
    ),
    "header_without_more": _(
        "没有找到完整的表头。工作表“%(sheet)s”第 %(row)s 行只认出了%(named)s，没有认出其他要读取的列。"
        "请按模板的表头填写。"
    ),
    "only_hidden": _(
        "表格在隐藏的工作表“%(sheets)s”里，没有读取；可见的工作表前 20 行里没有找到表头。请取消隐藏后再上传。"
    ),
    "missing_column": _("表头缺少“%(column)s”列。请补上这一列，或下载模板填写。"),
    "missing_key": _("表头缺少%(missing)s列，看不出每一行是哪一条。请补上，或下载模板填写。"),
    "missing_key_and_more": _(
        "表头缺少%(missing)s列，看不出每一行是哪一条；新登记的行还必须有%(more)s。请补上，或下载模板填写。"
    ),
    "perhaps_missing_column": _("表头没有“%(column)s”列：已登记的行可以没有，新登记的行必须填写。"),
    "duplicate_column": _("表头有两列“%(column)s”，不知该读哪一列。请只保留一列。"),
    "several_data_sheets": _("有几张工作表都带表头：%(sheets)s。请只保留要导入的一张，或分成几个文件上传。"),
    "rows_above_header": _(
        "第 %(above)s 行在表头（第 %(header)s 行）上面，也像是数据。一张工作表只放一张表，请移到表头下面或分开上传。"
    ),
    "no_data_rows": _("表头下面没有数据行。请填写后再上传。"),
    "no_quarter": _("这是汇总表，但没有写明季度。请在标题或“季度”行写明，例如“2023年第1季度”。"),
    "no_unit": _("这是单位的季度报表，但没有写明填报单位。请在表头上方写明，例如“填报单位：海州区”。"),
    "mark_differs": _(
        "表上写的单位或季度（%(read)s）与下载这张表时的不同。请下载自己单位、本季度的报表填写，不要改动表头上方。"
    ),
    "wrong_template_version": _("这是其他年度或旧版本的模板（%(read)s）。请下载本年度的模板重新填写。"),
    "other_template": _("这是另一种表或旧版本的模板（%(read)s）。请下载本表的模板填写，或换到对应的导入页面上传。"),
    # told, not refused
    "column_ignored": _("“%(column)s”列不需要，没有读取。"),
    "column_without_header": _("%(column)s 列没有表头，没有读取。如果有要导入的内容，请补上表头。"),
    "hidden_sheet_ignored": _("隐藏的工作表“%(sheet)s”没有读取。"),
    "hidden_row": _("第 %(row)s 行是隐藏的，也读取了。请确认它是要导入的数据。"),
    "hidden_column": _("“%(column)s”列是隐藏的，也读取了。"),
    "skipped_total": _("第 %(row)s 行是合计行（%(read)s），没有读取。"),
    "skipped_header": _("第 %(row)s 行是重复的表头，没有读取。"),
    "skipped_example": _("第 %(row)s 行是示例，没有读取。"),
    "skipped_note": _("第 %(row)s 行是表下的说明（%(read)s），没有读取。"),
    "formula_used": _("第 %(row)s 行“%(column)s”是公式，按它显示的结果“%(read)s”读取。"),
    "percent_scaled": _("第 %(row)s 行“%(column)s”以百分比显示，读作 %(number)s（百分点）。"),
    "unit_in_cell": _("第 %(row)s 行“%(column)s”写有计量单位（%(read)s），读作 %(number)s。"),
    "alias_used": _("第 %(row)s 行“%(read)s”读作“%(known)s”。"),
    "total_mismatch": _("第 %(row)s 行“%(column)s”的合计是 %(read)s，各行相加是 %(number)s。请核对。"),
    "conflict_kept": _(
        "第 %(row)s 行与已审核或导入后手工改过的内容不同，没有导入，保留原有数据。如要覆盖，请在导入页上传并决定。"
    ),
    "blank_value": _("第 %(row)s 行没有填“%(column)s”，原有数据不变。"),
    "note_in_merge": _(
        "第 %(row)s 行的“%(column)s”与上面的行合并成一格（%(read)s），这一行的备注没有读取。"
        "如果也适用于这一行，请取消合并后逐行填写。"
    ),
    # rows
    "wrong_column_count": _("第 %(row)s 行有 %(found)s 列，表头有 %(expected)s 列。请检查是否多写或漏写了逗号。"),
    "required": _("第 %(row)s 行缺少“%(column)s”。请填写。"),
    "required_in_merge": _("第 %(row)s 行缺少“%(column)s”：这一格与别的行合并。请先取消合并再逐行填写。"),
    "unknown_region": _("第 %(row)s 行的地区“%(read)s”不在名单里。%(detail)s"),
    "unknown_indicator": _("第 %(row)s 行的指标“%(read)s”不在名单里。%(detail)s"),
    "unknown_name": _("第 %(row)s 行“%(column)s”的“%(read)s”不在名单里。%(detail)s"),
    "name_not_yours": _("第 %(row)s 行“%(column)s”的“%(read)s”不属于您的单位。请删去这一行，或联系市局。"),
    "region_not_yours": _("第 %(row)s 行是“%(read)s”，不是您的单位。请删去这一行，只上传本单位的数据。"),
    "form_not_yours": _("这是“%(read)s”的报表，不是您的单位。请下载本单位的报表填写。"),
    "unknown_indicator_column": _(
        "第 %(row)s 行的表头“%(read)s”不是指标，下面却填有数。%(detail)s如果不需要，请删去这一列。"
    ),
    "cell_not_reported": _("第 %(row)s 行：%(unit)s不填报“%(column)s”，读到“%(read)s”。请清空这一格。"),
    "indicator_not_reported": _("第 %(row)s 行：%(unit)s不填报“%(read)s”。请删去这一行。"),
    "bad_quarter": _("第 %(row)s 行的季度“%(read)s”看不明白。请写成“2023年第1季度”或“2023Q1”。"),
    "quarter_not_open": _("第 %(row)s 行的季度“%(read)s”现在不能填报（%(detail)s）。请核对年份和季度。"),
    "report_submitted": _("第 %(row)s 行：%(unit)s的报告已提交待审，不能更改。如需修改，请先撤回报告。"),
    "report_approved": _("第 %(row)s 行：%(unit)s的报告已审核，不能更改。如需更正，请联系市局退回更正。"),
    "assessment_announced": _("第 %(row)s 行：考核已公示，数据不再更改。如有异议，请在公示期内提出申诉。"),
    "year_archived": _("第 %(row)s 行：年度已归档，数据只能查看。"),
    "no_right": _("第 %(row)s 行：您的账号不能修改%(unit)s的报告。请联系系统管理员。"),
    "duplicate_key": _("第 %(row)s 行与第 %(others)s 行是同一地区、季度和指标。请只保留一行。"),
    "duplicate_row": _("第 %(row)s 行与第 %(others)s 行的“%(key)s”相同（%(read)s）。请只保留一行。"),
    "not_a_number": _("第 %(row)s 行“%(column)s”应填数字，读到“%(read)s”。请只填数字。"),
    "missing_mark": _("第 %(row)s 行“%(column)s”读到“%(read)s”，不知是 0 还是没有。请填 0 或选不涉及。"),
    "unit_mismatch": _(
        "第 %(row)s 行“%(column)s”写的单位与指标的计量单位（%(unit)s）不符，读到“%(read)s”。请换算后只填数字。"
    ),
    "date_not_number": _(
        "第 %(row)s 行“%(column)s”是日期或时间（%(read)s），不是数字。请把单元格格式改为“常规”后重填。"
    ),
    "excel_error": _("第 %(row)s 行“%(column)s”是错误值“%(read)s”。请改正公式或直接填数字。"),
    "formula_without_value": _(
        "第 %(row)s 行“%(column)s”是没有计算结果的公式。请用 Excel 打开并保存一次，或直接填数字。"
    ),
    "text_too_long": _("第 %(row)s 行“%(column)s”超过 %(limit)s 个字（读到“%(read)s”）。请缩短。"),
    "out_of_range": _("第 %(row)s 行“%(column)s”读到“%(read)s”，整数部分最多 14 位。请核对位数和计量单位。"),
    "too_many_decimals": _("第 %(row)s 行“%(column)s”读到“%(read)s”，小数位太多，无法读取。请减少小数位。"),
    "line_problem_blank": _("第 %(row)s 行“%(column)s”：%(detail)s。"),
    "row_problem": _("第 %(row)s 行：%(detail)s。"),
    "line_problem": _("第 %(row)s 行“%(column)s”：%(detail)s（读到“%(read)s”）。"),
}


# what the error workbook itself says
ERROR_BOOK = {
    "told": _("没有导入，原有数据未改动。错误 %(error)d 处，提示 %(warning)d 处。"),
    "hint": _("请在原表中改正涂色的单元格后，直接上传本文件。"),
    "error": _("错误"),
    "warning": _("提示"),
    "level": _("级别"),
    "sheet": _("工作表"),
    "row": _("行"),
    "cell": _("单元格"),
    "column": _("列名"),
    "text": _("怎么改"),
    "code": _("代码"),
    "problem": _("问题"),
    "column_note": _("此列由门户填写，再次上传时会更新。"),
}
NEAREST = _("最接近的是“%(nearest)s”，请核对后改正。")
NO_NEAREST = _("请从名单中复制名称。")
NOT_OPEN_REASONS = {
    "not_open": _("未到填报期"),
    "closed": _("已过截止时间，如需补报请联系市局延长填报期"),
    "other_year": _("不是本年度的季度"),
}


def template_of(code: str) -> str:
    """The message of a code; KeyError for a code that nobody explains."""
    return TEMPLATES[code]
