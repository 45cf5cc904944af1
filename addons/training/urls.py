"""Pages of training."""

from django.urls import path

from addons.training import desk_views, views

urlpatterns = [
    path("o/<slug:slug>/training", views.TrainingPage.as_view(), name="training"),
    path("o/<slug:slug>/training/needs", views.NeedsPage.as_view(), name="training_needs"),
    path("o/<slug:slug>/training/<str:number>.ics", views.CalendarFilePage.as_view(), name="training_file"),
    path("o/<slug:slug>/training/<str:number>/places", views.RegisterPage.as_view(), name="training_register"),
    path("o/<slug:slug>/training/places/<str:place>/cancel", views.CancelPlacePage.as_view(), name="training_cancel"),
    path("o/<slug:slug>/training/places/<str:place>/rate", views.RatePage.as_view(), name="training_rate"),
    path("training/videos", views.VideosPage.as_view(), name="videos"),
    path("desk/training", desk_views.SessionsPage.as_view(), name="desk_training"),
    path("desk/training/sessions/new", desk_views.NewSessionPage.as_view(), name="desk_training_new"),
    path("desk/training/sessions/<str:number>", desk_views.SessionPage.as_view(), name="desk_training_session"),
    path(
        "desk/training/sessions/<str:number>/publish",
        desk_views.PublishSession.as_view(),
        name="desk_training_publish",
    ),
    path("desk/training/sessions/<str:number>/cancel", desk_views.CancelSession.as_view(), name="desk_training_cancel"),
    path(
        "desk/training/sessions/<str:number>/attendance",
        desk_views.Attendance.as_view(),
        name="desk_training_attendance",
    ),
    path("desk/training/needs", desk_views.NeedsPage.as_view(), name="desk_training_needs"),
    path("desk/training/plans/<slug:slug>/<str:quarter>", desk_views.PlanPage.as_view(), name="desk_training_plan"),
    path("desk/training/feedback", desk_views.FeedbackPage.as_view(), name="desk_training_feedback"),
    path("desk/training/videos", desk_views.VideosPage.as_view(), name="desk_training_videos"),
    path("desk/training/videos/new", desk_views.VideoPage.as_view(), name="desk_training_video_new"),
    path("desk/training/videos/<str:number>", desk_views.VideoPage.as_view(), name="desk_training_video"),
]
