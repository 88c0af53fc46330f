"""The registers of the plan's side in files: public institutions, and units' other names."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from common.register_admin.resource import RegisterResource, told_apart
from common.workbook.register import Fault, Key, Labels, NameList, RegisterRead, Values, World
from targets.excel.aliases import ALIASES
from targets.excel.institutions import INSTITUTIONS
from targets.models import Institution, Unit, UnitAlias
from targets.queries.institution_rows import InstitutionGround, InstitutionRow, institution_ground, values_of
from targets.services.aliases import AliasLine, AliasRow, add_aliases, check_aliases
from targets.services.institution_rows import SavedInstitutions, save_institutions


class InstitutionResource(RegisterResource):
    """The register of institutions, as the portal's own import reads and stores it."""

    register = INSTITUTIONS

    class Meta:
        model = Institution

    def world(self, *, by: User) -> World:
        """The person's units, and the institutions of these codes."""
        self.ground: InstitutionGround = institution_ground(by)
        return self.ground.world

    def labels(self, *, by: User) -> Labels:
        """The person's units by name."""
        ground = getattr(self, "ground", None) or institution_ground(by)
        return ground.labels

    def check(self, read: RegisterRead, *, by: User) -> list[InstitutionRow]:
        """The rows that change anything, each with the version that was seen."""
        return self.ground.check(read)

    def save(
        self, payload: list[InstitutionRow], *, by: User, at: datetime, source: Mapping[str, str]
    ) -> SavedInstitutions | None:
        """What became of the rows."""
        return save_institutions(payload, by=by, at=at, source=source) if payload else None

    def rows(self, queryset: QuerySet[Institution]) -> Iterable[Values]:
        """The institutions as the sheet says them."""
        return (values for _version, values in values_of(queryset))


class AliasResource(RegisterResource):
    """Other names of units: they are added, never changed."""

    register = ALIASES

    class Meta:
        model = UnitAlias

    def world(self, *, by: User) -> World:
        """The person's units by code, or by a name that only one of them has."""
        names = NameList.by_code_or_name(self._units(by))
        return World(names={"unit": names}, standing=lambda keys: _standing(keys, by))

    def labels(self, *, by: User) -> Labels:
        """The units by name, or by code where several have it."""
        return {"unit": told_apart(self._units(by))}

    def check(self, read: RegisterRead, *, by: User) -> list[AliasLine]:
        """The rows that would be added; a spelling may mean one unit only."""
        asked = [entry for entry in read.entries if entry.is_sound]
        lines = check_aliases([AliasRow(str(e.values["unit"]), str(e.values["alias"])) for e in asked], by=by)
        for entry, line in zip(asked, lines, strict=True):
            for flaw in line.flaws:
                read.refuse(entry, Fault("alias_taken", "%(why)s", {"why": flaw.rstrip("。.")}, "alias"))
        return lines

    def save(self, payload: list[AliasLine], *, by: User, at: datetime, source: Mapping[str, str]) -> int:
        """How many were added."""
        return add_aliases(payload, by=by, source=source)

    def rows(self, queryset: QuerySet[UnitAlias]) -> Iterable[Values]:
        """The aliases as the sheet says them."""
        found = queryset.values_list("unit__code", "alias")
        return ({"unit": code, "alias": alias} for code, alias in found.iterator())

    def _units(self, by: User) -> list[tuple[str, str]]:
        """Code and name of the person's units; one query for each import."""
        if not hasattr(self, "units"):
            self.units = list(Unit.objects.visible_to(by).values_list("code", "name"))
        return self.units


def _standing(keys: Collection[Key], by: User) -> Mapping[Key, Values]:
    spellings = [str(alias) for _unit, alias in keys]
    found = UnitAlias.objects.filter(unit__in=Unit.objects.visible_to(by), alias__in=spellings)
    return {(code, alias): {"unit": code, "alias": alias} for code, alias in found.values_list("unit__code", "alias")}
