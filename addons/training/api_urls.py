"""API paths of training, under /api/v1/."""

from django.urls import path

from addons.training import api, desk_api

urlpatterns = [
    path("orgs/<str:slug>/trainings", api.TrainingsView.as_view(), name="api-trainings"),
    path("orgs/<str:slug>/trainings/<str:number>.ics", api.TrainingFileView.as_view(), name="api-training-file"),
    path("orgs/<str:slug>/trainings/<str:number>", api.TrainingView.as_view(), name="api-training"),
    path("orgs/<str:slug>/trainings/<str:number>/places", api.PlacesView.as_view(), name="api-training-places"),
    path(
        "orgs/<str:slug>/trainings/<str:number>/places/<str:place>",
        api.PlaceView.as_view(),
        name="api-training-place",
    ),
    path(
        "orgs/<str:slug>/trainings/<str:number>/places/<str:place>/rating",
        api.RatingView.as_view(),
        name="api-training-rating",
    ),
    path("orgs/<str:slug>/training-needs", api.NeedsView.as_view(), name="api-training-needs"),
    path("orgs/<str:slug>/training-plans", api.PlansView.as_view(), name="api-training-plans"),
    path("training-videos", api.VideosView.as_view(), name="api-training-videos"),
    path("desk/trainings", desk_api.DeskTrainingsView.as_view(), name="api-desk-trainings"),
    path("desk/trainings/<str:number>", desk_api.DeskTrainingView.as_view(), name="api-desk-training"),
    path("desk/trainings/<str:number>/publish", desk_api.PublishView.as_view(), name="api-desk-training-publish"),
    path("desk/trainings/<str:number>/cancel", desk_api.CancelView.as_view(), name="api-desk-training-cancel"),
    path("desk/trainings/<str:number>/places", desk_api.DeskPlacesView.as_view(), name="api-desk-training-places"),
    path(
        "desk/trainings/<str:number>/attendance",
        desk_api.AttendanceView.as_view(),
        name="api-desk-training-attendance",
    ),
    path("desk/training-needs", desk_api.DeskNeedsView.as_view(), name="api-desk-training-needs"),
    path(
        "desk/training-plans/<str:slug>/<str:quarter>", desk_api.DeskPlanView.as_view(), name="api-desk-training-plan"
    ),
    path(
        "desk/training-plans/<str:slug>/<str:quarter>/publish",
        desk_api.PublishPlanView.as_view(),
        name="api-desk-training-plan-publish",
    ),
    path("desk/training-videos", desk_api.DeskVideosView.as_view(), name="api-desk-training-videos"),
    path("desk/training-videos/<str:number>", desk_api.DeskVideoView.as_view(), name="api-desk-training-video"),
]
