"""A course's files into its rows: outline, lessons in their languages, pictures, quizzes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.adapters.files import FileStore
from lms.content.courses import LESSON, QUIZ, CourseFile, LessonFolder, QuizFile
from lms.courses.models import Activity, Course, LessonText
from lms.courses.services import authoring
from lms.quizzes.models import Quiz
from lms.quizzes.services.authoring import put_quiz
from lms.sync.compare import Verdict, compare
from lms.sync.owners import owner_id
from lms.sync.report import GONE, Outcome, Report


@dataclass(frozen=True, slots=True)
class Courses:
    """Brings courses in, one after the other, within the caller's transaction."""

    session: Session
    files: FileStore
    now: datetime
    report: Report = field(repr=False)

    def bring_in(self, file: CourseFile) -> None:
        """A course with its lessons and quizzes."""
        course = self._bring_course(file)
        query = select(Activity).where(
            Activity.course_id == course.id, Activity.retired_at.is_(None)
        )
        activities = {(one.kind, one.key): one for one in self.session.scalars(query)}
        texts = self._texts(course)
        changed = [
            self._bring_lesson(file.slug, activities[LESSON, folder.id], folder, texts)
            for folder in file.lessons.values()
            if (LESSON, folder.id) in activities
        ]
        changed += [
            self._bring_quiz(course, activities[QUIZ, quiz.id], quiz)
            for quiz in file.quizzes.values()
            if (QUIZ, quiz.id) in activities
        ]
        if any(changed):
            course.changed_at = self.now

    def take_out(self, course: Course) -> None:
        """A course whose folder is gone."""
        if course.fingerprint == course.agreed_fingerprint:
            authoring.retire_course(self.session, course, self.now)
            self.report.add("course", course.slug, Outcome.RETIRED)
        else:
            self.report.add("course", course.slug, Outcome.CONFLICT, GONE)

    def _bring_course(self, file: CourseFile) -> Course:
        course = self.session.scalar(select(Course).where(Course.slug == file.slug))
        ours, agreed = (course.fingerprint, course.agreed_fingerprint) if course else (None, None)
        verdict = compare(file.fingerprint, ours, agreed)
        if course is None or verdict is Verdict.TAKE:
            self.report.add("course", file.slug, Outcome.CHANGED if course else Outcome.ADDED)
            owner = owner_id(self.session, file.credits.owner, self.now)
            return authoring.put_course(self.session, file, owner, self.now)
        self.report.note("course", file.slug, verdict)
        return course

    def _bring_lesson(
        self,
        slug: str,
        activity: Activity,
        folder: LessonFolder,
        texts: dict[int, dict[str, LessonText]],
    ) -> bool:
        """Bring a lesson in; whether anything of it changed."""
        changed = False
        known = texts.get(activity.id, {})
        for language in {**folder.texts, **known}:
            file, text = folder.texts.get(language), known.get(language)
            name = f"{slug}/{folder.id}/{language}"
            ours, agreed = (text.fingerprint, text.agreed_fingerprint) if text else (None, None)
            verdict = compare(file.fingerprint if file else None, ours, agreed)
            if file is not None and verdict is Verdict.TAKE:
                authoring.put_lesson_text(self.session, activity, file)
                self.report.add("lesson", name, Outcome.CHANGED if text else Outcome.ADDED)
                changed = True
            elif text is not None and verdict is Verdict.RETIRE:
                self.session.delete(text)  # one language of a lesson that stays in the others
                self.report.add("lesson", name, Outcome.RETIRED)
                changed = True
            else:
                self.report.note("lesson", name, verdict)
        for picture in folder.pictures.values():
            self.files.put(picture.source)
        if authoring.put_pictures(self.session, activity, folder.pictures.values()) and known:
            self.report.add("pictures", f"{slug}/{folder.id}", Outcome.CHANGED)
            changed = True
        return changed

    def _bring_quiz(self, course: Course, activity: Activity, file: QuizFile) -> bool:
        """Bring a quiz in; whether it changed."""
        name = f"{course.slug}/{file.id}"
        quiz = self.session.scalar(select(Quiz).where(Quiz.activity_id == activity.id))
        ours, agreed = (quiz.fingerprint, quiz.agreed_fingerprint) if quiz else (None, None)
        verdict = compare(file.fingerprint, ours, agreed)
        handed_over = quiz is not None and quiz.organisation_id != course.organisation_id
        if verdict is not Verdict.TAKE and not (handed_over and verdict is Verdict.SAME):
            self.report.note("quiz", name, verdict)
            return False
        put_quiz(
            self.session,
            course_id=course.id,
            activity_id=activity.id,
            organisation_id=course.organisation_id,
            key=file.id,
            title=file.title,
            summary=file.summary,
            document=file.document.mapping,
            rules=file.rules,
            fingerprint=file.fingerprint,
            agreed_fingerprint=file.fingerprint,
            now=self.now,
        )
        self.report.add("quiz", name, Outcome.CHANGED if quiz else Outcome.ADDED)
        return True

    def _texts(self, course: Course) -> dict[int, dict[str, LessonText]]:
        rows = self.session.scalars(
            select(LessonText)
            .join(Activity, Activity.id == LessonText.activity_id)
            .where(Activity.course_id == course.id)
        )
        texts: dict[int, dict[str, LessonText]] = {}
        for text in rows:
            texts.setdefault(text.activity_id, {})[text.language] = text
        return texts
