"""The yaml-language-server, which editors run, asked over its standard input as an editor asks it."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
COMMAND = ["node", str(ROOT / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"), "--stdio"]
LONGEST_SESSION = 60.0  # seconds, after which a server that does not answer is ended


class LanguageServer:
    """A session with the server. Source: https://microsoft.github.io/language-server-protocol/

    Args:
        folder: the folder that the editor has open.
        settings: the editor's settings, with dots in their names (`yaml.schemas`).
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self._folder = folder
        self._settings: dict[str, dict[str, Any]] = {"yaml": {"schemaStore": {"enable": False}}}
        for name, value in settings.items():
            section, _, key = name.partition(".")
            self._settings.setdefault(section, {})[key] = value
        self._requests = self._opened = 0
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self._watchdog = threading.Timer(LONGEST_SESSION, self._server.kill)
        self._watchdog.start()
        uri = self._folder.as_uri()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {"completion": {"completionItem": {"documentationFormat": ["markdown"]}}},
        }
        folders = [{"uri": uri, "name": self._folder.name}]
        self._request("initialize", rootUri=uri, processId=None, workspaceFolders=folders, capabilities=capabilities)
        self._send(method="initialized", params={})
        self._send(method="workspace/didChangeConfiguration", params={"settings": self._settings})
        # Only now it knows which schema is whose.
        self._receive(lambda message: message.get("method") == "workspace/configuration")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._watchdog.cancel()
        self._server.kill()
        self._server.communicate()

    def underlined(self, text: str) -> list[str]:
        """What the editor underlines in a template: the line and the message."""
        uri = self._open(text, "templates")
        lines = text.splitlines()
        return [f"{lines[one['range']['start']['line']].strip()} -> {one['message']}" for one in self._diagnostics[uri]]

    def completions(self, text: str, line: int, character: int, folder: str = "templates") -> dict[str, str]:
        """What the editor offers at a place of a template, and what it tells of each."""
        document, position = {"uri": self._open(text, folder)}, {"line": line, "character": character}
        answer = self._request("textDocument/completion", textDocument=document, position=position)
        return {one["label"]: _text(one.get("documentation", "")) for one in answer["items"]}

    def _open(self, text: str, folder: str) -> str:
        """Opens a template, each under a name of its own, and waits until the server has looked at it."""
        self._opened += 1
        uri = (self._folder / folder / f"mine{self._opened}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})
        self._receive(lambda _: uri in self._diagnostics)
        return uri

    def _request(self, method: str, **params: Any) -> Any:
        self._requests += 1
        number = self._requests
        self._send(id=number, method=method, params=params)
        return self._receive(lambda message: message.get("id") == number and "method" not in message)["result"]

    def _send(self, **message: Any) -> None:
        assert self._server.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._server.stdin.flush()

    def _receive(self, is_awaited: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Reads on, answering the server's own questions, up to the message that is awaited."""
        while True:
            message = self._read()
            if message.get("method") == "textDocument/publishDiagnostics":
                self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            if "method" in message and "id" in message:
                asked = message["params"]["items"] if message["method"] == "workspace/configuration" else []
                result = [self._settings.get(one["section"], {}) for one in asked]
                self._send(id=message["id"], result=result or None)
            if is_awaited(message):
                return message

    def _read(self) -> dict[str, Any]:
        assert self._server.stdout
        length = 0
        while header := self._server.stdout.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name == b"Content-Length" else length
        if not length:
            raise EOFError("the language server has ended, or was ended since it did not answer")
        message: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return message


def _text(documentation: str | dict[str, str]) -> str:
    return documentation if isinstance(documentation, str) else documentation["value"]
