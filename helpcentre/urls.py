"""Pages: the public help centre, and the writers' part of the desk."""

from django.urls import path

from helpcentre import desk_views, views

app_name = "helpcentre"
urlpatterns = [
    path("help", views.HelpCentrePage.as_view(), name="help"),
    path("help/<slug:slug>", views.ArticlePage.as_view(), name="article"),
    path("help/<slug:slug>/feedback", views.ArticleFeedbackView.as_view(), name="feedback"),
    path("help/<slug:slug>/solved", views.TicketSparedView.as_view(), name="spared"),
    path("desk/articles", desk_views.ArticlesPage.as_view(), name="articles"),
    path("desk/articles/new", desk_views.NewArticlePage.as_view(), name="new_article"),
    path("desk/articles/preview", desk_views.ArticlePreview.as_view(), name="preview"),
    path("desk/articles/missed/<int:number>/done", desk_views.MissedSearchDone.as_view(), name="missed_done"),
    path("desk/articles/<slug:slug>", desk_views.DeskArticlePage.as_view(), name="desk_article"),
    path("desk/articles/<slug:slug>/publish", desk_views.ArticleStep.as_view(step="publish"), name="publish"),
    path("desk/articles/<slug:slug>/retire", desk_views.ArticleStep.as_view(step="retire"), name="retire"),
]
