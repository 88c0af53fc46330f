"""A published year in which there is one of everything."""

from decimal import Decimal

from assessments.services.adjustments import adjust_line
from assessments.services.announcing import announce_assessment
from assessments.services.appeals import Decision, decide_appeal, file_appeal
from assessments.services.assessment import ensure_assessment
from assessments.services.manual import Grounds, confirm_flag, raise_flag
from assessments.services.publishing import publish_assessment
from assessments.services.self_scores import OwnScore, Window, add_self_file, save_self_scores, set_self_window
from files.services import store_bytes
from tests.assessments.process import Year
from tests.factories import make_user
from tests.progress.builders import PDF, upload


def full_year(year: Year) -> Year:
    """The year with own scores, files, an adjustment, a falsification, an announcement and an appeal; published."""
    window = Window(opens=year.at, due=year.later(days=1), closes=year.later(days=1))
    set_self_window(ensure_assessment(year.plan, at=year.at), window, by=year.officer)
    save_self_scores(year.assessment, year.county, [OwnScore("A1", Decimal(12))], by=year.clerk, at=year.at)
    add_self_file(year.line("A1"), upload(PDF, "桩.pdf"), by=year.clerk, at=year.at)
    adjust_line(year.line("A2"), Decimal("0.50"), reason="现场核实", by=year.officer, at=year.at)
    evidence = store_bytes(b"%PDF-", name="x.pdf", content_type="application/pdf", at=year.at)
    flag = raise_flag(year.assessment, year.county, Grounds("伪造", evidence), by=year.officer, at=year.at)
    confirm_flag(flag, by=make_user("officer"), at=year.at)
    year.calculate()
    at = window.closes
    announcement = announce_assessment(year.assessment, by=year.officer, at=at)
    appeal = file_appeal(year.line("A1"), reason="少计", by=year.clerk, at=at, uploads=[upload(PDF, "验收.pdf")])
    decide_appeal(appeal, Decision(upheld=False, reason="不成立"), by=year.officer, at=at)
    publish_assessment(year.assessment, by=year.officer, at=announcement.until)
    return year
