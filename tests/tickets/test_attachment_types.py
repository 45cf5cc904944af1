import pytest

from tickets.attachment_types import clean_name, content_type_of, is_of_its_kind

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("screen.png", PNG, "image/png"),
        ("SCREEN.PNG", PNG, "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("trace.log", b"2026-03-10 ERROR\n", "text/plain"),
        ("日志.txt", "无法连接".encode("gb18030"), "text/plain"),
        ("windows.log", "\ufeffx".encode("utf-16-le"), "text/plain"),
        ("report.pdf", b"%PDF-1.7", "application/pdf"),
        ("logs.tar.gz", b"\x1f\x8b\x08", "application/gzip"),
        ("x.webp", b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        ("sheet.xlsx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_file_of_an_allowed_kind_is_taken(name, content, content_type):
    assert is_of_its_kind(name, content)
    assert content_type_of(name) == content_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("image.svg", b"<svg onload=alert(1)>"),
        ("run.exe", b"MZ"),
        ("png", PNG),
        ("noextension", b"text"),
        ("screen.png", b"<html><script>alert(1)</script>"),
        ("screen.png.html", PNG),
        ("photo.jpg", PNG),
        ("trace.log", b"MZ\x90\x00\x03"),
        ("x.webp", b"RIFF\x00\x00\x00\x00WAVE"),
        ("report.pdf", b""),
        ("archive.zip", b"Rar!"),
    ],
)
def test_another_type_or_a_false_extension_is_not(name, content):
    assert not is_of_its_kind(name, content)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\a.log", "a.log"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("exe.\u202egnp.txt", "exe.gnp.txt"),
        ("", "attachment"),
        ("..", "attachment"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
    ],
)
def test_names_are_shown_without_path_or_hidden_characters(name, cleaned):
    assert clean_name(name) == cleaned
