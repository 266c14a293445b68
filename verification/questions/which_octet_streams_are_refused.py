"""Which sources of the content type application/octet-stream are refused."""

from __future__ import annotations

from verification.importing import imported
from verification.lab import Lab
from verification.question import Answer, Question, UndecidedError

OCTET_STREAM = "application/octet-stream"
NOT_UTF_8 = bytes(range(128, 256))


def ask(lab: Lab) -> Answer:
    """Import a text and a binary dictionary of that type, and the binary one of the type that is documented."""
    text, of_text = imported(lab, lab.put("text.txt", options={"ContentType": OCTET_STREAM}))
    if not text:
        return Answer("every-type", f"A text of the type ended {of_text}.")
    control, of_control = imported(lab, lab.put("binary.dic", NOT_UTF_8, {"ContentType": "binary/octet-stream"}))
    if not control:
        raise UndecidedError(f"a binary dictionary of the documented content type ended {of_control}")
    binary, of_binary = imported(lab, lab.put("octets.dic", NOT_UTF_8, {"ContentType": OCTET_STREAM}))
    evidence = f"A text of the type ended {of_text}, a binary dictionary {of_binary}."
    return Answer("nothing" if binary else "binary-dictionaries", evidence)


QUESTION = Question(
    "Which sources of the content type application/octet-stream are refused?",
    "octet_stream_refused",
    ask,
    {
        "nothing": "none",
        "binary-dictionaries": "binary dictionaries only",
        "every-type": "text dictionaries too",
    },
    imports=3,
)
