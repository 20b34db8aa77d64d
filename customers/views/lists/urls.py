"""Addresses of the views of the lists, below /agent/."""

from django.urls import path, register_converter

from customers.lists.navigation import MODULES
from customers.views.lists import columns, saved_views


class ModuleConverter:
    """Which of the two lists."""

    regex = "|".join(MODULES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ModuleConverter, "customers_module")

urlpatterns = [
    path("views/<customers_module:module>/", saved_views.ViewListView.as_view(), name="view_list"),
    path("views/<customers_module:module>/new/", saved_views.ViewCreateView.as_view(), name="view_create"),
    path("views/<customers_module:module>/default/", saved_views.view_default, name="view_default"),
    path("views/<customers_module:module>/counts/", saved_views.view_counts, name="view_counts"),
    path(
        "views/<customers_module:module>/columns/",
        columns.ListColumnsView.as_view(),
        name="list_columns",
    ),
    path(
        "views/<customers_module:module>/<int:pk>/", saved_views.ViewChangeView.as_view(), name="view_change"
    ),
    path(
        "views/<customers_module:module>/<int:pk>/list/",
        saved_views.ViewKeepView.as_view(),
        name="view_keep",
    ),
    path(
        "views/<customers_module:module>/<int:pk>/delete/",
        saved_views.ViewDeleteView.as_view(),
        name="view_delete",
    ),
]
