"""The spaCy component on characters and on words, stored and sent between processes."""

from __future__ import annotations

import doctest
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.lang.zh import Chinese
from spacy.tokens import Doc, DocBin

from extractor import extract, spacy_component
from extractor.types import Extraction, Figure

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language

TEXT = "柳湾镇2019年工作总结\n全镇投入60.5万元，修通水泥路11.3公里，惠及三百余户、1200人，脱贫率达98.3%。"
WORDS = {"nlp": {"tokenizer": {"segmenter": "jieba"}}}


@pytest.fixture(params=[{}, WORDS], ids=["characters", "words"])
def nlp(request: pytest.FixtureRequest) -> Language:
    made = spacy.blank("zh", config=request.param)
    made.add_pipe("gouji")
    return made


def test_spans_and_extensions_carry_the_extraction(nlp: Language) -> None:
    doc = nlp(TEXT)
    expected = extract(TEXT)
    assert len(expected.figures) >= 5
    assert doc._.gouji == expected
    spans = doc.spans["figures"]
    assert [span._.figure for span in spans] == list(expected.figures)
    assert [span.label_ for span in spans] == [figure.dimension for figure in expected.figures]
    for span, figure in zip(spans, expected.figures, strict=True):
        assert span.start_char <= figure.start < figure.end <= span.end_char


def test_on_characters_a_span_is_exactly_its_figure() -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("gouji")
    doc = nlp(TEXT)
    assert [span.text for span in doc.spans["figures"]] == [figure.text for figure in extract(TEXT).figures]


def test_docs_survive_storage(nlp: Language) -> None:
    doc = nlp(TEXT)
    alike = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    (binned,) = DocBin().from_bytes(DocBin(docs=[doc], store_user_data=True).to_bytes()).get_docs(nlp.vocab)
    for stored in (alike, binned):
        assert stored._.gouji == doc._.gouji
        assert [span._.figure for span in stored.spans["figures"]] == list(doc._.gouji.figures)


def test_pipelines_survive_storage(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path)
    for loaded in (spacy.load(tmp_path), Chinese.from_config(nlp.config).from_bytes(nlp.to_bytes())):
        assert loaded.pipe_names == ["gouji"]
        assert loaded(TEXT)._.gouji == nlp(TEXT)._.gouji


def test_many_texts_and_processes(nlp: Language) -> None:
    texts = [TEXT, "", "没有数字。", TEXT * 3]
    alone = [doc._.gouji for doc in nlp.pipe(texts)]
    assert alone == [extract(text) for text in texts]
    assert [doc._.gouji for doc in nlp.pipe(texts, n_process=2)] == alone


def test_values_are_exact_and_types_are_ours() -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("gouji", config={"spans_key": "numbers"})
    doc = nlp(TEXT)
    assert "figures" not in doc.spans
    figure = next(span._.figure for span in doc.spans["numbers"] if span.text == "60.5万元")
    assert isinstance(figure, Figure)
    assert isinstance(doc._.gouji, Extraction)
    assert figure.value == Decimal(605000)


def test_docs_and_spans_of_others_have_none() -> None:
    doc = spacy.blank("zh")(TEXT)
    assert doc._.gouji is None
    assert doc[0:3]._.figure is None


def test_the_factory_is_found_without_importing_gouji() -> None:
    code = "import spacy; nlp = spacy.blank('zh'); nlp.add_pipe('gouji'); print(nlp.pipe_names)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert result.stdout.strip() == "['gouji']"


def test_without_spacy_the_message_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['spacy'] = None\n"
        "from extractor.errors import UsageError\n"
        "from extractor.interchange import converter\n"
        "import importlib\n"
        "for load in (lambda: importlib.import_module('extractor.spacy_component'), lambda: converter('docbin')):\n"
        "    try: load()\n"
        "    except UsageError as error: print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.count("gouji[spacy]") == 2


def test_the_example_in_the_documentation() -> None:
    result = doctest.testmod(spacy_component)
    assert result.attempted > 0
    assert result.failed == 0
