"""Requests and jobs in a process that kill -9 ends after a given SQL statement. `python -m tests.faults.dying`.

Each line is a JSON list `[statement, path, token, key, body]`; a body's `attachments` are `[name, text]`, and the path
`job:NAME` with the body `{"at": instant}` runs that job of the table instead. A fork of this process sends the request
to the portal's own code and is killed right after so many statements, commits among them; the answer is a JSON line
`[signal or 0, status or null]`. A fork costs a tenth of a new process, and dies as completely.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import datetime
from typing import Any

import django


def main() -> None:
    django.setup()
    from django.db import connection
    from rest_framework.test import APIClient

    # Views, catalogue and translations are loaded once, not in every fork.
    assert APIClient().get("/api/v1/catalogue").status_code == 200
    connection.close()
    for line in sys.stdin:
        print(json.dumps(_in_a_fork(*json.loads(line))), flush=True)


def _in_a_fork(statement: int, path: str, token: str, key: str, body: dict[str, Any]) -> tuple[int, int | None]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            status = _request(statement, path, token, key, body)
            os.write(writing, str(status).encode())
        finally:
            os._exit(0)
    os.close(writing)
    _child, ended = os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        said = answer.read()
    return (os.WTERMSIG(ended) if os.WIFSIGNALED(ended) else 0, int(said) if said else None)


def _request(statement: int, path: str, token: str, key: str, body: dict[str, Any]) -> int:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection
    from rest_framework.test import APIClient

    from billing.paying import sandbox_desk
    from common import clock, jobs
    from portal.celery import job_named
    from tests.tickets.conftest import NOON

    # No server runs here: what the gateway reports is handed over in this process.
    sandbox_desk._calls = threading.BoundedSemaphore(1)
    sandbox_desk._calls.acquire()
    client = APIClient(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key} if token else {}
    data: dict[str, Any] = dict(body)
    is_form = "attachments" in data
    if is_form:
        data["attachments"] = [SimpleUploadedFile(name, text.encode()) for name, text in data["attachments"]]
    count = _Fuse(statement)
    commit = connection._commit

    def counted_commit() -> None:
        commit()
        count.burn()

    connection._commit = counted_commit
    if path.startswith("job:"):
        with connection.execute_wrapper(count):
            jobs.run(job_named(path.removeprefix("job:")), datetime.fromisoformat(body["at"]))
        return 200
    with clock.at(NOON), connection.execute_wrapper(count):
        answer = client.post(path, data, format="multipart" if is_form else "json", headers=headers)
    return answer.status_code


class _Fuse:
    """Ends this process, as a power cut would, when enough statements were carried out."""

    def __init__(self, length: int) -> None:
        self.left = length

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        self.burn()
        return result


if __name__ == "__main__":
    main()
