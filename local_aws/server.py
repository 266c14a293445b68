"""The local AWS as a process: ministack with our adapters, on loopback, over TLS, with IAM enforced.

    python -m local_aws.server --state FOLDER [--port PORT] [--child]

Everything it writes is under the state folder; `server.json` appears there when it is ready. As a child, it ends when
its standard input is closed, and so when its parent is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path

from local_aws import access, certificate
from local_aws.certificate import ADDRESS

READY = "server.json"
SECONDS_TO_END = 0.3


def main() -> None:
    """Run until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m local_aws.server")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--child", action="store_true")
    arguments = parser.parse_args()
    state: Path = arguments.state.resolve()
    state.mkdir(mode=access.OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    state.chmod(access.OWNER_ONLY_FOLDER)
    ready = state / READY
    ready.unlink(missing_ok=True)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, arguments.port))
        except OSError as error:
            sys.exit(f"Cannot listen on {ADDRESS}:{arguments.port}: {error.strerror}")
        port: int = listener.getsockname()[1]
        key = access.Key.fresh()
        key.write(state)
        _prepare_environment(state, port, key)
        try:
            asyncio.run(_serve(listener, port, ready, key, until_stdin_closes=arguments.child))
        finally:
            ready.unlink(missing_ok=True)
            _end_function_workers()


def _prepare_environment(state: Path, port: int, key: access.Key) -> None:
    """Say everything that ministack reads from its environment, most of it when it is imported."""
    temporary = state / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    made = certificate.make(state)
    os.environ.update(
        {
            "GATEWAY_PORT": str(port),
            "BIND_HOST": ADDRESS,
            "AUTH": "true",
            # The account's root.
            "AWS_ACCESS_KEY_ID": key.access_key_id,
            "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(made.shown),
            "MINISTACK_SSL_KEY": str(made.key),
            # Nothing else may listen, and nothing may be kept or touched outside the state folder: a container
            # engine of this machine is none of our business.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "PERSIST_STATE": "0",
            "S3_PERSIST": "0",
            "STATE_DIR": str(state / "ministack"),
            "S3_DATA_DIR": str(state / "s3"),
            "TMPDIR": str(temporary),
            "DOCKER_HOST": f"unix://{state}/no-docker.sock",
            # Functions trust the authority. Their clients of AWS meet no other.
            "AWS_CA_BUNDLE": str(made.authority),
            "SSL_CERT_FILE": str(made.bundle),
            "REQUESTS_CA_BUNDLE": str(made.bundle),
            "NODE_EXTRA_CA_CERTS": str(made.authority),
            "PYTHONPATH": str(Path(__file__).resolve().parent / "lambda_runtime"),
            # A function's code lies in the temporary folder: no bytecode is worth keeping there.
            "PYTHONDONTWRITEBYTECODE": "1",
        }
    )


async def _serve(listener: socket.socket, port: int, ready: Path, key: access.Key, *, until_stdin_closes: bool) -> None:
    # Imported here: ministack reads its environment when it is imported.
    from hypercorn.asyncio import serve  # noqa: PLC0415
    from hypercorn.config import Config  # noqa: PLC0415
    from ministack import app  # noqa: PLC0415
    from ministack.core import tls  # noqa: PLC0415

    from local_aws import buckets, cloudformation, function_updates, object_keys  # noqa: PLC0415
    from local_aws.gateway import Gateway  # noqa: PLC0415
    from local_aws.ministack_adapter import PackagesAdapter  # noqa: PLC0415

    access.install(key)
    playing = cloudformation.Playing()
    urls = cloudformation.ResponseUrls(f"https://{ADDRESS}:{port}", playing)
    cloudformation.install(cloudformation.CustomResources(urls, playing, cloudformation.ResourceStates(playing)))
    adapter = PackagesAdapter()
    adapter.install()
    buckets.install()
    object_keys.install()
    function_updates.install()

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.certfile, config.keyfile = tls.resolve_tls_material()
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    stop = _stop_event(ready, until_stdin_closes=until_stdin_closes)

    gateway = Gateway(app.app, adapter, urls, key)
    serving = asyncio.create_task(serve(gateway, config, shutdown_trigger=stop.wait))  # type: ignore[arg-type]
    listening = asyncio.create_task(_wait_until_listening(port))
    await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        _write_at_once(ready, json.dumps({"pid": os.getpid(), "port": port}))
    await serving


async def _wait_until_listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(ADDRESS, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def _stop_event(ready: Path, *, until_stdin_closes: bool) -> asyncio.Event:
    """An event that signals, and where asked the end of the parent, set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        # Nothing here needs a careful end, and open connections would keep the process alive for seconds.
        last_resort = threading.Timer(SECONDS_TO_END, _end_at_once, args=(ready,))
        last_resort.daemon = True
        last_resort.start()

    def wait_for_parent() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(end)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    if until_stdin_closes:
        threading.Thread(target=wait_for_parent, daemon=True).start()
    return stop


def _end_at_once(ready: Path) -> None:
    _end_function_workers()
    ready.unlink(missing_ok=True)
    os._exit(0)


def _end_function_workers() -> None:
    """Functions run in processes of their own."""
    from ministack.core import lambda_runtime  # noqa: PLC0415

    lambda_runtime.reset()


def _write_at_once(path: Path, text: str) -> None:
    staging = path.with_suffix(".new")
    staging.write_text(text, encoding="utf-8")
    staging.replace(path)


if __name__ == "__main__":
    main()
