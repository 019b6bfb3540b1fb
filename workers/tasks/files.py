"""Having files scanned, and removing what nobody refers to."""

from celery import shared_task

from casework.cases.casefile import making
from casework.cases.casefile.pdf import write_pdf
from casework.cases.services import files as case_files
from casework.core import clock
from casework.core.db import transaction
from casework.files import services


@shared_task(name="files.scan")
def scan(blob_id: int) -> None:
    """Have one content looked at, if it still waits for that."""
    services.scan_blob(blob_id, services.scanner_in_use(), clock.now())


@shared_task(name="files.sweep")
def sweep() -> None:
    """Find contents whose scan was lost, or for which the scanner was away."""
    with transaction():
        services.ask_for_scans(clock.now())


@shared_task(name="files.clear_store")
def clear_store() -> None:
    """Remove files from the disk that have no row."""
    services.sweep_store(clock.now())


@shared_task(name="cases.sweep_staged")
def sweep_staged() -> None:
    """Forget the files of forms that were never saved."""
    with transaction():
        case_files.sweep_staged(clock.now())


@shared_task(name="cases.make_casefile")
def make_casefile(request_id: int) -> None:
    """Make the PDF of one case, if it still waits for that."""
    making.make_casefile(request_id, write_pdf, clock.now())


@shared_task(name="cases.sweep")
def sweep_casefiles() -> None:
    """Find PDFs that nobody made, and forget those that are old."""
    with transaction():
        making.sweep_casefiles(clock.now())
