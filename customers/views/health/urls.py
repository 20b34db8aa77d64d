"""Addresses of the state of the desk's data, below /agent/."""

from django.urls import path

from customers.views.health import duplicates, findings

urlpatterns = [
    path("health/", findings.HealthView.as_view(), name="health"),
    path("health/count/", findings.health_count, name="health_count"),
    path("health/domains/", findings.DomainsView.as_view(), name="health_domains"),
    path("health/domains/<int:pk>/", findings.DomainsDoneView.as_view(), name="health_domains_done"),
    path("health/phones/", findings.PhonesView.as_view(), name="health_phones"),
    path("health/bouncing/", findings.BouncingView.as_view(), name="health_bouncing"),
    path("health/unused/", findings.UnusedAccountsView.as_view(), name="health_unused"),
    path("health/appoint/", findings.AppointView.as_view(), name="health_appoint"),
    path("health/duplicates/", duplicates.DuplicateListView.as_view(), name="duplicate_list"),
    path("health/duplicates/<int:pk>/apart/", duplicates.duplicate_dismiss, name="duplicate_dismiss"),
    path("health/duplicates/<int:pk>/together/", duplicates.duplicate_restore, name="duplicate_restore"),
]
