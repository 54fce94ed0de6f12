"""What the clock starts, and how often; the times of day are in UTC."""

from typing import Any

from celery.schedules import crontab


def beat_schedule(tick_every: int) -> dict[str, dict[str, Any]]:
    tick = {"task": "core.monitoring.tasks.tick", "schedule": float(tick_every), "options": {"expires": tick_every}}
    return {"tick": tick, **SCHEDULE}


SCHEDULE: dict[str, dict[str, Any]] = {
    "letters": {"task": "core.letters.tasks.drain", "schedule": 5.0, "options": {"expires": 30}},
    "documents": {"task": "core.documents.tasks.make", "schedule": 5.0, "options": {"expires": 30}},
    "scans": {"task": "applications.tasks.scan", "schedule": 5.0, "options": {"expires": 30}},
    "pages": {"task": "applications.tasks.draw_pages", "schedule": 15.0, "options": {"expires": 60}},
    "closed": {"task": "applications.tasks.put_back_submissions", "schedule": 30.0, "options": {"expires": 60}},
    "reminders": {"task": "core.letters.tasks.remind", "schedule": 600.0, "options": {"expires": 300}},
    "trail": {"task": "cii.tasks.seal_trail", "schedule": 60.0, "options": {"expires": 50}},
    "trail by email": {
        "task": "cii.tasks.email_trail_head",
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": 3600},
    },
    "equality links": {"task": "applications.tasks.end_old_links", "schedule": 86400.0, "options": {"expires": 3600}},
    "unused files": {"task": "applications.tasks.sweep_files", "schedule": 86400.0, "options": {"expires": 3600}},
    "retention": {"task": "cii.tasks.retain", "schedule": crontab(hour=2, minute=30), "options": {"expires": 3600}},
}
