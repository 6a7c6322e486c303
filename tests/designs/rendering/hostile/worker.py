"""A warm engine in a process of its own, like a render worker, that answers for one file after the other."""

import multiprocessing
import os
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

import numpy as np

from designs.rendering import ArtworkError, FlattenOptions, HousePalette, Rules, flatten, warm_up
from designs.rendering.artwork import decode

DECODED_PX = 400


@dataclass(frozen=True)
class Answer:
    """What became of a file: the `code` of its error or `picture`; CPU seconds and peak memory.

    `pixels` are the colours that the decoded picture has, as 0xRRGGBB; `labels` is the pin's label map, where one was made.
    """

    code: str
    text: str = ""
    pixels: frozenset[int] = field(default=frozenset(), repr=False)
    labels: bytes = field(default=b"", repr=False)
    cpu_s: float = 0.0
    peak_mb: float = 0.0


def _children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()]


def _cpu_s() -> float:
    """CPU time of this process and of its children, the living ones by Linux's number for their clock."""
    ended = os.times()
    alive = sum(time.clock_gettime((~pid << 3) | 2) for pid in _children())
    return time.process_time() + ended.children_user + ended.children_system + alive


def _peak_mb() -> float:
    """The most memory that this process or its child ever had."""
    peaks = []
    for pid in (os.getpid(), *_children()):
        rows = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
        peaks += [int(row.split()[1]) / 1024 for row in rows if row.startswith("VmHWM")]
    return max(peaks)


def _answer(data: bytes, *, whole: bool) -> Answer:
    began = _cpu_s()
    how: dict[str, Any] = {}
    try:
        rgba = decode(data, px=DECODED_PX).rgba.astype(np.int64)
        if whole:
            made = flatten(data, options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed())
            how["labels"] = made.pin_art.labels.tobytes()
    except ArtworkError as error:
        code, how["text"] = error.code, str(error)
    except Exception as error:  # noqa: BLE001 - any other error is what the test looks for
        code, how["text"] = f"crash: {type(error).__name__}", str(error)[:300]
    else:
        code = "picture"
        seen = rgba[rgba[..., 3] > 0]
        how["pixels"] = frozenset(np.unique(seen[:, 0] << 16 | seen[:, 1] << 8 | seen[:, 2]).tolist())
    return Answer(code, cpu_s=_cpu_s() - began, peak_mb=_peak_mb(), **how)


def serve(door: Connection) -> None:
    """Warm up, then answer until nothing more comes."""
    warm_up()
    door.send(None)
    while (request := door.recv()) is not None:
        data, whole = request
        door.send(_answer(data, whole=whole))


class Worker:
    """`with Worker() as worker: worker.ask(data)`; raises TimeoutError where no answer comes within `patience` seconds."""

    # Of wall time: the machine may have other things to do. The limit of 10 s is for CPU time.
    patience = 60.0
    to_warm_up = 300.0

    def __enter__(self) -> Self:
        spawn = multiprocessing.get_context("spawn")
        self._door, theirs = spawn.Pipe()
        self.process = spawn.Process(target=serve, args=(theirs,))
        self.process.start()
        theirs.close()
        self._receive(self.to_warm_up)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.is_alive():
            self._door.send(None)
            self.process.join(10)
        self.process.kill()
        self.process.join()

    def ask(self, data: bytes, *, whole: bool) -> Answer:
        """What becomes of a file when it is decoded, and where `whole`, made into a pin."""
        self._door.send((data, whole))
        answer = self._receive(self.patience)
        assert isinstance(answer, Answer)
        return answer

    def _receive(self, seconds: float) -> Answer | None:
        if not self._door.poll(seconds):
            raise TimeoutError("the engine's process does not answer")
        answer: Answer | None = self._door.recv()
        return answer
