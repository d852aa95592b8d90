"""Looking over all charts as background work, taken up by `manage.py db_worker`."""

from django_tasks import task

from heartwork.measures import looks


@task()
def look_at_all() -> None:
    """Look over the charts of each measure in which values have changed; of those, too, that change meanwhile."""
    while changed := looks.stale():
        for measure in changed:
            looks.keep(measure)
