"""API paths of advisories, their tasks and the public status."""

from django.urls import path

from care.advisories import api, desk_api, task_api

_OWN = "orgs/<slug:slug>/advisories"
_DESK = "desk/advisories/<str:number>"
_TASK = "desk/advisory-tasks/<str:number>"

urlpatterns = [
    path("status", api.StatusView.as_view(), name="api-status"),
    path(_OWN, api.AdvisoriesView.as_view(), name="api-advisories"),
    path(f"{_OWN}/<str:number>", api.AdvisoryView.as_view(), name="api-advisory"),
    path(f"{_OWN}/<str:number>/acknowledge", api.AcknowledgeView.as_view(), name="api-advisory-acknowledge"),
    path(f"{_OWN}/<str:number>/ask", api.AskView.as_view(), name="api-advisory-ask"),
    path(f"{_OWN}/<str:number>/result", api.ResultView.as_view(), name="api-advisory-result"),
    path("desk/advisories", desk_api.DeskAdvisoriesView.as_view(), name="api-desk-advisories"),
    path("desk/advisories/preview", desk_api.AudiencePreviewView.as_view(), name="api-desk-advisories-preview"),
    path(_DESK, desk_api.DeskAdvisoryView.as_view(), name="api-desk-advisory"),
    path(f"{_DESK}/preview", desk_api.PreviewView.as_view(), name="api-desk-advisory-preview"),
    path(f"{_DESK}/publish", desk_api.PublishView.as_view(), name="api-desk-advisory-publish"),
    path(f"{_DESK}/discard", desk_api.DiscardView.as_view(), name="api-desk-advisory-discard"),
    path(f"{_DESK}/close", desk_api.CloseView.as_view(), name="api-desk-advisory-close"),
    path(f"{_DESK}/updates", desk_api.UpdatesView.as_view(), name="api-desk-advisory-updates"),
    path(f"{_DESK}/receipts", desk_api.ReceiptsView.as_view(), name="api-desk-advisory-receipts"),
    path(f"{_DESK}/affected", desk_api.AffectedView.as_view(), name="api-desk-advisory-affected"),
    path(f"{_DESK}/affected/<slug:slug>", desk_api.AffectedOneView.as_view(), name="api-desk-advisory-affected-one"),
    path("desk/advisory-tasks", task_api.TasksView.as_view(), name="api-desk-advisory-tasks"),
    path(_TASK, task_api.TaskView.as_view(), name="api-desk-advisory-task"),
    path(f"{_TASK}/contacted", task_api.ContactedView.as_view(), name="api-desk-advisory-task-contacted"),
    path(f"{_TASK}/plan", task_api.PlanView.as_view(), name="api-desk-advisory-task-plan"),
    path(f"{_TASK}/done", task_api.DoneView.as_view(), name="api-desk-advisory-task-done"),
    path(f"{_TASK}/not-relevant", task_api.NotRelevantView.as_view(), name="api-desk-advisory-task-not-relevant"),
    path(f"{_TASK}/file", task_api.FileView.as_view(), name="api-desk-advisory-task-file"),
]
