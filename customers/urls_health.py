"""Addresses of the state of the desk's data, below /agent/."""

from django.urls import path

from customers.views import duplicates, health

urlpatterns = [
    path("health/", health.HealthView.as_view(), name="health"),
    path("health/count/", health.health_count, name="health_count"),
    path("health/domains/", health.DomainsView.as_view(), name="health_domains"),
    path("health/domains/<int:pk>/", health.DomainsDoneView.as_view(), name="health_domains_done"),
    path("health/phones/", health.PhonesView.as_view(), name="health_phones"),
    path("health/bouncing/", health.BouncingView.as_view(), name="health_bouncing"),
    path("health/unused/", health.UnusedAccountsView.as_view(), name="health_unused"),
    path("health/appoint/", health.AppointView.as_view(), name="health_appoint"),
    path("health/duplicates/", duplicates.DuplicateListView.as_view(), name="duplicate_list"),
    path("health/duplicates/<int:pk>/apart/", duplicates.duplicate_dismiss, name="duplicate_dismiss"),
    path("health/duplicates/<int:pk>/together/", duplicates.duplicate_restore, name="duplicate_restore"),
]
