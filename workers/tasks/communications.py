"""Sending what waits in the outbox."""

from celery import shared_task

from casework.catalogue.queries import the_agency
from casework.communications import outbox
from casework.core import clock
from casework.core.config import Settings, current_settings
from casework.core.mailer import FolderMailer, Mailer, SmtpMailer


@shared_task(name="communications.send")
def send(communication_id: int) -> None:
    """Send one message, if it still waits to be sent."""
    agency = the_agency()
    sender = (agency.email or "casework@localhost", agency.name)
    outbox.send_message(
        communication_id, mailer=mailer_for(current_settings()), sender=sender, now=clock.now()
    )


@shared_task(name="communications.sweep")
def sweep() -> None:
    """Find messages that nobody sent."""
    outbox.sweep(clock.now())


def mailer_for(settings: Settings) -> Mailer:
    """The way mail leaves this installation."""
    return SmtpMailer(settings.smtp_url) if settings.smtp_url else FolderMailer(settings.data_dir / "mail")
