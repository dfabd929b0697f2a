"""A clamd of a few lines on a real socket: knows EICAR, and misbehaves when asked to."""

from __future__ import annotations

import socket
import struct
import threading

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """`mode`: "" as it should be; "garbage", "silent", "hangs up" and "not clamav" are what their names say."""

    def __init__(self, mode: str = "", limit: int = 10_000_000, path: str = "") -> None:
        self.mode, self.limit, self.path, self.heard = mode, limit, path, []
        if path:
            self.server = socket.socket(socket.AF_UNIX)
            self.server.bind(path)
        else:
            self.server = socket.create_server(("127.0.0.1", 0))
        self.server.listen()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"unix:{self.path}" if self.path else f"tcp://127.0.0.1:{self.server.getsockname()[1]}"

    def __enter__(self) -> FakeClamd:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def _serve(self) -> None:
        while not self.stop.is_set():
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            with line:
                try:
                    self._talk(line)
                except OSError:
                    continue

    def _talk(self, line: socket.socket) -> None:
        stream = line.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if command == b"zVERSION\0":
            line.sendall(b"SSH-2.0\0" if self.mode == "not clamav" else b"ClamAV 1.4.3/27800/Mon Nov 23 2026\0")
            return
        assert command == b"zINSTREAM\0", command
        if self.mode == "hangs up":
            return
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
            if len(content) > self.limit:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(content)
        if self.mode == "silent":
            self.stop.wait(2)
        elif self.mode == "garbage":
            line.sendall(b"\xff\xfe what?\0")
        else:
            line.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")
