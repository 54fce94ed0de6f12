"""PDFs draw the names of London's people in the project's own fonts, and in no others."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from core import pdf
from tests.sentences import SAID

FONTS = Path(settings.BASE_DIR, "static", "build", "fonts")
PAGE = """<!doctype html><html lang="en-GB"><head><title>A name</title><style>
@page {{ size: 400px 100px; margin: 20px }} p {{ margin: 0; font-size: 24px; font-family: {family} }}
</style></head><body><p>{word}</p></body></html>"""
WORDS = {
    "Noto Sans": "Żółć Αλέξανδρος Їжак Nguyễn Ẹ̀bùn प्रिया श्रीमती",
    "Noto Sans Arabic": "فاطمة گلاب",
    "Noto Sans Armenian": "Արմեն",
    "Noto Sans Bengali": "রোকেয়া বেগম",
    "Noto Sans Ethiopic": "ሰላም",
    "Noto Sans Georgian": "ნინო",
    "Noto Sans Gujarati": "પટેલ",
    "Noto Sans Gurmukhi": "ਹਰਪ੍ਰੀਤ",
    "Noto Sans Hebrew": "שָׁלוֹם",
    "Noto Sans Kannada": "ಕೃಷ್ಣ",
    "Noto Sans Khmer": "សុខា",
    "Noto Sans KR": "김민지",
    "Noto Sans Lao": "ສົມ",
    "Noto Sans Malayalam": "കൃഷ്ണൻ",
    "Noto Sans Myanmar": "မြင့်",
    "Noto Sans Oriya": "ଓଡ଼ିଆ",
    "Noto Sans SC": "陳美玲 刘伟 さくら",
    "Noto Sans Sinhala": "නිමල් ශ්‍රී",
    "Noto Sans Syriac": "ܫܠܡܐ",
    "Noto Sans Tamil": "கவிதா",
    "Noto Sans Telugu": "వేంకట",
    "Noto Sans Thaana": "ދިވެހި",
    "Noto Sans Thai": "สมชาย",
    "Noto Serif Tibetan": "བཀྲ་ཤིས",
    "Noto Emoji": "🙂 👩🏽‍💻",
}


def pixels(content: bytes) -> bytes:
    """The first page as a picture."""
    command = ["pdftoppm", "-r", "96", "-gray", "-singlefile", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def ours(word: str) -> bytes:
    return pdf.write(PAGE.format(word=word, family="sans-serif"), style_sheets=())


def drawn_with(family: str, word: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The word on a machine that has this family and Noto Sans, whose line the word stands on, and no more."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    for name in {"Noto Sans", family}:
        file = f"{name.replace(' ', '')}_400Regular.ttf"
        (folder / file).symlink_to(FONTS / file)
    (folder / "fonts.conf").write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{folder}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(folder / "fonts.conf"))
    html = PAGE.format(word=word, family=f"'Noto Sans', '{family}'")
    content: bytes = weasyprint.HTML(string=html).write_pdf(font_config=FontConfiguration())
    return content


@pytest.mark.parametrize("family", WORDS)
def test_a_word_is_drawn_as_its_scripts_own_font_draws_it(family, tmp_path, monkeypatch, caplog) -> None:
    picture = pixels(ours(WORDS[family]))
    assert not caplog.records  # WeasyPrint warns of each sign that no font has
    assert picture == pixels(drawn_with(family, WORDS[family], tmp_path, monkeypatch))


def test_another_font_would_have_been_noticed(tmp_path, monkeypatch) -> None:
    word = WORDS["Noto Sans Bengali"]
    assert pixels(ours(word)) != pixels(drawn_with("Noto Sans Tamil", word, tmp_path, monkeypatch))


def test_headings_and_bold_words_of_other_scripts_are_drawn_too(caplog) -> None:
    pdf.write(f"<html lang='en'><title>x</title><h1>{' '.join(WORDS.values())}</h1><b>{' '.join(WORDS.values())}</b>")
    assert not caplog.records


def test_a_sign_that_no_font_has_is_not_written_to_the_log(caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        ours("𒀀𒀁")
    said = [record.getMessage() for record in caplog.records if record.name == "weasyprint"]
    assert said == [SAID.a_sign_is_missing_from] * 2


@pytest.fixture
def other_fonts(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has other fonts, by each of the ways in which fontconfig is told of them."""
    for folder in (tmp_path / "fonts", tmp_path / ".fonts"):
        folder.mkdir()
        for name in ("NotoSerif_700Bold.ttf", "DejaVuSans-Bold.ttf"):
            (folder / name).write_bytes((FONTS / name).read_bytes())
    conf = tmp_path / "fonts.conf"
    conf.write_text(f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    places = {"FONTCONFIG_FILE": str(conf), "FONTCONFIG_PATH": str(tmp_path)}
    return (
        os.environ | places | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    )


def test_the_same_bytes_come_from_a_machine_with_other_fonts(other_fonts) -> None:
    html = PAGE.format(word=" ".join(WORDS.values()), family="serif").encode()
    here, there = (
        subprocess.run([sys.executable, "-m", "core.pdf"], input=html, env=env, capture_output=True, check=True).stdout
        for env in (os.environ | {"LANG": "ja_JP.UTF-8"}, other_fonts | {"LANG": "C"})
    )
    assert here == there == pdf.write(html.decode())


def test_the_fonts_are_those_that_the_build_noted_and_the_notice_names() -> None:
    sums = dict(reversed(line.split()) for line in (FONTS / "SHA256SUMS").read_text().splitlines())
    assert sums == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FONTS.glob("*.ttf")}
    listed = re.findall(r"<family>((?:Noto|DejaVu) [\w ]+)</family>", (FONTS / "fonts.conf").read_text())
    assert {family.replace(" ", "") for family in listed} == {re.split(r"[_.-]", name)[0] for name in sums}
    notice = Path(settings.BASE_DIR, "NOTICE").read_text()
    assert "Noto" in notice
    assert "DejaVu" in notice


def test_collectstatic_leaves_the_fonts_where_they_are(tmp_path, settings) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "build" / "pdf.css").exists()
    assert not (tmp_path / "build" / "fonts").exists()
