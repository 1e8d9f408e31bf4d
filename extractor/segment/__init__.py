"""Structure of a text: articles of a compilation, headings, sentences, words.

Newcomers: :func:`segment` is the door. It reads the text line by line (``lines.py`` says what each line is: web
residue, a title, a heading, body), groups lines to articles (``articles.py``), builds the heading tree
(``sections.py``) and splits sentences (``sentences.py``). ``words.py`` is the one interface to the word segmenter.
"""

from extractor.segment.outline import segment

__all__ = ["segment"]
