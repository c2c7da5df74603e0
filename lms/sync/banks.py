"""A question bank's files into its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.adapters.files import FileStore
from lms.content.banks import BankFile, ItemFile
from lms.core.access import Actor
from lms.question_banks import services
from lms.question_banks.models import Item, ItemVersion, QuestionBank
from lms.sync.compare import Verdict, compare
from lms.sync.owners import owner_id
from lms.sync.report import GONE, Outcome, Report


@dataclass(frozen=True, slots=True)
class Banks:
    """Brings banks in, one after the other, within the caller's transaction."""

    session: Session
    actor: Actor
    files: FileStore
    now: datetime
    report: Report = field(repr=False)

    def bring_in(self, file: BankFile) -> None:
        """A bank with its items, reviews and pictures."""
        bank = self.session.scalar(select(QuestionBank).where(QuestionBank.slug == file.slug))
        before = bank.document["review"] if bank else None
        is_new = bank is None
        bank = self._bring_bank(file, bank)
        for picture in file.pictures.values():
            self.files.put(picture.source)
        if services.put_pictures(self.session, bank, file.pictures.values()) and not is_new:
            self.report.add("pictures", file.slug, Outcome.CHANGED)
        taken = self._bring_items(file, bank)
        # A bank whose review has changed says it of all its items.
        said_anew = list(file.items) if bank.document["review"] != before else taken
        if said_anew:
            services.put_reviews(self.session, bank, said_anew)

    def take_out(self, bank: QuestionBank) -> None:
        """A bank whose folder is gone: its items are retired."""
        for item, ours in self._known(bank).values():
            self._retire(bank, item, ours)
        if bank.fingerprint == bank.agreed_fingerprint:
            bank.agreed_fingerprint = None
            self.report.add("bank", bank.slug, Outcome.RETIRED)
        else:
            self.report.add("bank", bank.slug, Outcome.CONFLICT, GONE)

    def _bring_bank(self, file: BankFile, bank: QuestionBank | None) -> QuestionBank:
        ours, agreed = (bank.fingerprint, bank.agreed_fingerprint) if bank else (None, None)
        verdict = compare(file.fingerprint, ours, agreed)
        if bank is None or verdict is Verdict.TAKE:
            self.report.add("bank", file.slug, Outcome.CHANGED if bank else Outcome.ADDED)
            owner = owner_id(self.session, file.credits.owner, self.now)
            return services.put_bank(self.session, self.actor, file, owner, self.now)
        self.report.note("bank", file.slug, verdict)
        return bank

    def _bring_items(self, file: BankFile, bank: QuestionBank) -> list[ItemFile]:
        """Bring the items in; those that were taken."""
        known = self._known(bank)
        taken = []
        for entry in file.items:
            item, ours = known.pop(entry.id, (None, None))
            if self._takes(bank, entry, item, ours):
                taken.append(entry)
        if taken:
            services.put_items(self.session, self.actor, bank, taken, self.now)
        for item, ours in known.values():
            self._retire(bank, item, ours)
        return taken

    def _takes(
        self, bank: QuestionBank, file: ItemFile, item: Item | None, ours: str | None
    ) -> bool:
        name = f"{bank.slug}/{file.id}"
        if item is None:
            self.report.add("item", name, Outcome.ADDED)
            return True
        if item.type != file.item.type:
            why = "an item keeps its type for good: give the new one another id"
            self.report.add("item", name, Outcome.CONFLICT, why)
            return False
        verdict = compare(file.fingerprints.version, ours, item.agreed_fingerprint)
        moved = (item.topic, item.position) != (file.topic, file.position)
        if verdict is Verdict.TAKE or (verdict is Verdict.SAME and moved):
            self.report.add("item", name, Outcome.CHANGED)
        if verdict is Verdict.SAME and moved:
            item.topic, item.position = file.topic, file.position
        self.report.note("item", name, verdict)
        return verdict is Verdict.TAKE

    def _retire(self, bank: QuestionBank, item: Item, ours: str | None) -> None:
        name = f"{bank.slug}/{item.key}"
        verdict = compare(None, ours, item.agreed_fingerprint)
        if verdict is Verdict.RETIRE:
            services.retire_items(self.session, [item], self.now)
            self.report.add("item", name, Outcome.RETIRED)
        self.report.note("item", name, verdict, GONE)

    def _known(self, bank: QuestionBank) -> dict[str, tuple[Item, str | None]]:
        """The items of a bank with the fingerprints of their current versions."""
        rows = self.session.execute(
            select(Item, ItemVersion.fingerprint)
            .outerjoin(ItemVersion, ItemVersion.id == Item.current_version_id)
            .where(Item.bank_id == bank.id)
        )
        return {item.key: (item, fingerprint) for item, fingerprint in rows}
