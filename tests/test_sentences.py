"""What the server says to readers can be read in Chinese, too."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "frontend/src/locales/sentences.zh.json"
FOR_DEVELOPERS = (
    "cli/", "demo", "phantom", "pipeline/export.py", "pipeline/annotations.py", "reports/fhir.py",
    "services/trail.py", "db/grants.py",
)  # fmt: skip
"""What readers of the page never meet: those two speak to whoever runs `focusscope audit`."""

NAMES_OF_DESCRIPTIONS = ("description", "summary", "title")


def spoken() -> dict[str, str]:
    """Return every sentence in the backend's code and where it stands; {} is what changes."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "backend").rglob("*.py")):
        where = path.relative_to(ROOT / "backend").as_posix()
        if not where.startswith(FOR_DEVELOPERS):
            found |= dict.fromkeys(_sentences(ast.parse(path.read_text(encoding="utf-8"))), where)
    return found


def chinese() -> dict[str, str]:
    """Return the Chinese of each sentence."""
    return dict(json.loads(CATALOGUE.read_text(encoding="utf-8"))["sentences"])


def _sentences(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.keyword | ast.Dict) and _described(node):
        return
    if isinstance(node, ast.Constant | ast.JoinedStr):
        text = _text(node)
        if text.rstrip().endswith(".") and " " in text and (text[0].isupper() or text[0] in "“{"):
            yield re.sub(r"{\w+}", "{}", text)
        return
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):  # a docstring
            yield from _sentences(child)


def _described(node: ast.keyword | ast.Dict) -> bool:
    """Whether it documents the API."""
    if isinstance(node, ast.keyword):
        return node.arg in NAMES_OF_DESCRIPTIONS
    return any(isinstance(key, ast.Constant) and key.value in NAMES_OF_DESCRIPTIONS for key in node.keys)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_sentence_of_the_server_has_its_chinese() -> None:
    catalogue = chinese()
    assert {sentence: where for sentence, where in spoken().items() if sentence not in catalogue} == {}


def test_no_chinese_outlives_its_sentence_and_each_keeps_what_changes() -> None:
    said = spoken()
    for sentence, translated in chinese().items():
        assert sentence in said, sentence
        assert sentence.count("{}") == translated.count("{}"), sentence
