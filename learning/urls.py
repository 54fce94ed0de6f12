"""The addresses of learning: URL name = view = template."""

from django.urls import path

from learning import views

urlpatterns = [
    path("learning/", views.learning, name="learning"),
    path("learning/findings/new/", views.learning_finding_new, name="learning_finding_new"),
    path("learning/findings/<int:pk>/changes/new/", views.learning_change_new, name="learning_change_new"),
    path("learning/in-confidence/", views.learning_confidence, name="learning_confidence"),
    path("learning/in-confidence/<int:pk>/", views.learning_confidence_answer, name="learning_confidence_answer"),
    path("learning/exports/", views.learning_exports, name="learning_exports"),
    path("learning/exports/<slug:dataset>.<slug:form>", views.learning_export, name="learning_export"),
]
