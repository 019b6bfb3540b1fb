"""Mail into the folder: whole files, one for each message, and a folder that cannot be used delays it."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from casework.core.mailer import FolderMailer, Mail, MailDelayed


def mail(number: int = 1, **changes: str) -> Mail:
    given = {"sender": "a@lakeford.example", "sender_name": "Lakeford", "to": "c@customer.example"}
    words = {"subject": "News", "text": "We are on it."}
    return Mail(message_id=f"<{number}@lakeford.example>", **{**given, **words, **changes})


def test_what_a_dead_process_left_half_written_is_no_mail_and_does_not_stop_the_next(tmp_path: Path) -> None:
    (tmp_path / "1_lakeford.example.99.part").write_bytes(b"Subject: Ne")
    for _ in range(2):
        with FolderMailer(tmp_path).connected() as hand_over:
            hand_over(mail())
    (file,) = tmp_path.glob("*.eml")
    assert "We are on it." in message_from_bytes(file.read_bytes(), policy=policy.default).get_content()


def test_line_breaks_in_a_subject_or_a_name_make_no_headers_of_their_own(tmp_path: Path) -> None:
    with FolderMailer(tmp_path).connected() as hand_over:
        hand_over(mail(subject="News\r\nBcc: everybody@example.com"))
    (file,) = tmp_path.glob("*.eml")
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert read["Bcc"] is None
    assert read["Subject"] == "News Bcc: everybody@example.com"


def test_a_message_id_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "mail"
    with FolderMailer(inside).connected() as hand_over:
        hand_over(Mail(**{**vars(mail()), "message_id": "<../../outside@x>"}))
    assert [path.parent for path in tmp_path.rglob("*.eml")] == [inside]


def test_a_folder_that_cannot_be_made_delays_the_mail(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(MailDelayed), FolderMailer(tmp_path / "mail").connected():
        pass
