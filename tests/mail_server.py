"""A mail server in a process of its own, for tests: it takes letters, refuses, hangs, and is down when it is told to.

What it does stands in a file of JSON that it reads at every command, what it took in another, one line a letter.
`python -m tests.mail_server PORT ORDERS TAKEN` runs it.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any


class Desk:
    """The handler of aiosmtpd: every answer is looked up in the orders."""

    def __init__(self, orders: Path, taken: Path) -> None:
        self.orders, self.taken = orders, taken

    def order(self, name: str, default: Any = "") -> Any:
        return json.loads(self.orders.read_text()).get(name, default)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        refusals = self.order("refuse", {})
        refused = next((words for part, words in refusals.items() if part in address), "")
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if seconds := self.order("hang", 0):
            await asyncio.sleep(seconds)
        if words := self.order("data"):
            return words
        message = message_from_bytes(envelope.content, policy=policy.default)
        line = {
            "to": envelope.rcpt_tos,
            "header": str(message["To"]),
            "id": message["Message-ID"],
            "subject": message["Subject"],
            "text": message.get_body(("plain",)).get_content(),
        }
        with self.taken.open("a") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return "250 taken"


def main(port: int, orders: Path, taken: Path) -> None:
    from aiosmtpd.smtp import SMTP

    async def serve() -> None:
        desk = Desk(orders, taken)
        loop = asyncio.get_running_loop()
        utf8 = bool(json.loads(orders.read_text()).get("smtputf8"))
        server = await loop.create_server(
            lambda: SMTP(desk, enable_SMTPUTF8=utf8, hostname="mail.example", loop=loop), "127.0.0.1", port
        )
        print("serving", flush=True)  # noqa: T201
        await server.serve_forever()

    asyncio.run(serve())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer:
    """The process, started and stopped at will."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.orders, self.taken_file = folder / "orders.json", folder / "taken.jsonl"
        self.taken_file.touch()
        self.process: subprocess.Popen[str] | None = None
        self.told: dict[str, Any] = {}
        self.tell()

    def tell(self, **orders: Any) -> None:
        """From now on: `refuse` ({part of an address: answer}), `data` (an answer), `hang` (seconds), `smtputf8`."""
        fresh = self.orders.with_suffix(".new")
        fresh.write_text(json.dumps(orders))
        fresh.replace(self.orders)

    def up(self) -> "MailServer":
        command = [
            sys.executable,
            "-m",
            "tests.mail_server",
            str(self.port),
            str(self.orders),
            str(self.taken_file),
        ]
        self.process = subprocess.Popen(
            command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "serving\n"
        return self

    def down(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.communicate()
            self.process = None

    @property
    def taken(self) -> list[dict[str, Any]]:
        """The letters that it took, in order."""
        return [json.loads(line) for line in self.taken_file.read_text().splitlines()]

    @property
    def addresses(self) -> list[str]:
        return [address for letter in self.taken for address in letter["to"]]


def eventually(what: Any, *, within: float = 20.0) -> bool:
    """Whether something becomes true within so many seconds."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        if what():
            return True
        time.sleep(0.1)
    return bool(what())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
