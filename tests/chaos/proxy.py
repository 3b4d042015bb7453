"""What lies between the product and its object store: steady, slow, or failing or refusing at random."""

import socket
from contextlib import suppress
from random import Random
from select import select
from threading import Thread
from time import sleep
from typing import Literal

Mood = Literal["steady", "slow", "failing", "refusing"]
REFUSAL = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy(Thread):
    """Passes connections on. Slow: every packet waits 0.2 s. Failing: connections are cut, at once or somewhere.

    Refusing: requests are answered with 503.
    """

    def __init__(self, endpoint: str, seed: int = 0) -> None:
        super().__init__(daemon=True)
        self._target = "127.0.0.1", int(endpoint.rsplit(":", 1)[1])
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._random = Random(seed)
        self.mood: Mood = "steady"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def stop(self) -> None:
        self._listening.close()

    def _pass_on(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self._target) as server:
            while True:
                for one in select([client, server], [], [])[0]:
                    data = one.recv(2**16)
                    if not data or (self.mood == "failing" and self._random.random() < 0.5):
                        return
                    if self.mood == "refusing" and one is client and self._random.random() < 0.5:
                        client.sendall(REFUSAL)
                        return
                    if self.mood == "slow":
                        sleep(0.2)
                    (server if one is client else client).sendall(data)
