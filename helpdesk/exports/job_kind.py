"""The kind of background job that an export is."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from helpdesk.core.actors import Actor
from helpdesk.exports.making import make
from helpdesk.exports.models import ADMINISTER, ExportJob
from helpdesk.jobs.kinds import Kind, register


def _require(job: ExportJob, actor: Actor) -> None:
    """Who started it may stop it, also without the right to export any more; so may administrators."""
    own = actor.is_staff and actor.user is not None and job.created_by_id == actor.user.pk
    if not own and not actor.can(ADMINISTER):
        raise PermissionDenied(ADMINISTER)


def _data(job: ExportJob, event: str) -> dict[str, Any]:
    data: dict[str, Any] = {"list": job.list_kind}
    return data | {"rows": job.rows, "problem": job.problem} if event == "finished" else data


register(
    Kind(
        model=ExportJob,
        require=_require,
        steps={ExportJob.Status.RUNNING: make},
        data=_data,
        channel=lambda _job: Actor.system("export"),
        kept_days="HELPDESK_EXPORTS_KEPT_DAYS",
    )
)
