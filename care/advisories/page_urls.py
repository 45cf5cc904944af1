"""Paths of the pages of advisories, their tasks and the public status."""

from django.urls import path

from care.advisories.pages import desk_views, letter_views, own_views, status_views, task_views, writing_views

_OWN = "o/<slug:slug>/advisories"
_DESK = "desk/advisories/<str:number>"
_TASK = "desk/advisory-tasks/<str:number>"

patterns = [
    path("status", status_views.StatusPage.as_view(), name="status"),
    path(_OWN, own_views.AdvisoriesPage.as_view(), name="advisories"),
    path(f"{_OWN}/waiting", own_views.WaitingCount.as_view(), name="advisories_waiting"),
    path(f"{_OWN}/<str:number>", own_views.AdvisoryPage.as_view(), name="advisory"),
    path(f"{_OWN}/<str:number>/acknowledge", own_views.Acknowledge.as_view(), name="advisory_acknowledge"),
    path(f"{_OWN}/<str:number>/ask", own_views.Ask.as_view(), name="advisory_ask"),
    path(f"{_OWN}/<str:number>/result", own_views.ResultFile.as_view(), name="advisory_result"),
    path("desk/advisories", desk_views.DeskAdvisories.as_view(), name="desk_advisories"),
    path("desk/advisories/new", writing_views.NewAdvisory.as_view(), name="desk_advisory_new"),
    path("desk/advisories/text", writing_views.TextPreview.as_view(), name="desk_advisory_text"),
    path("desk/advisories/audience", writing_views.AudiencePreview.as_view(), name="desk_advisory_audience"),
    path(_DESK, desk_views.DeskAdvisoryPage.as_view(), name="desk_advisory"),
    path(f"{_DESK}/edit", writing_views.EditAdvisory.as_view(), name="desk_advisory_edit"),
    path(f"{_DESK}/publish", desk_views.PublishPage.as_view(), name="desk_publish"),
    path(f"{_DESK}/progress", desk_views.Progress.as_view(), name="desk_progress"),
    path(f"{_DESK}/letter", letter_views.LetterPreview.as_view(), name="desk_letter"),
    path(f"{_DESK}/discard", desk_views.Discard.as_view(), name="desk_discard"),
    path(f"{_DESK}/update", desk_views.Update.as_view(), name="desk_update"),
    path(f"{_DESK}/close", desk_views.Close.as_view(), name="desk_close"),
    path(f"{_DESK}/affected", desk_views.Mark.as_view(), name="desk_mark"),
    path(f"{_DESK}/affected/<slug:slug>/remove", desk_views.Unmark.as_view(), name="desk_unmark"),
    path("desk/advisory-tasks", task_views.TasksPage.as_view(), name="tasks"),
    path(_TASK, task_views.TaskPage.as_view(), name="task"),
    path(f"{_TASK}/contacted", task_views.Contacted.as_view(), name="task_contacted"),
    path(f"{_TASK}/plan", task_views.Plan.as_view(), name="task_plan"),
    path(f"{_TASK}/done", task_views.Done.as_view(), name="task_done"),
    path(f"{_TASK}/not-relevant", task_views.NotRelevant.as_view(), name="task_not_relevant"),
    path(f"{_TASK}/file", task_views.TaskFile.as_view(), name="task_file"),
]
