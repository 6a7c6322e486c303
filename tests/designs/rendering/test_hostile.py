import socket

import pytest

from tests.designs.rendering import arts, hostile
from tests.designs.rendering.hostile.worker import Worker

pytestmark = pytest.mark.xdist_group("hostile")

MOST_SECONDS, MOST_MB = 10, 1024
# Beside these, a file may also be a good picture to a lenient reader.
REFUSED = {
    "damaged_file", "empty_artwork", "empty_file", "not_an_image", "too_complex", "too_many_pixels", "too_small",
    "unsafe_artwork",
}  # fmt: skip
NEVER_PICTURES = {"zero bytes"}
ALWAYS_PICTURES = {"EXIF"}


@pytest.fixture(scope="module")
def listener():
    """A server on this machine that nobody should call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def answers(tmp_path_factory, listener):
    """What one warm worker says to every hostile file, to a good one after each class, and to the canaries.

    All files are decoded, which is where they are hostile; of each class the first picture is made into a pin as well, and so
    is the good file, before and after all of them.
    """
    canary = hostile.put_canaries(tmp_path_factory.mktemp("canary"))
    found = {}
    with Worker() as worker:
        pid = worker.process.pid
        good = [worker.ask(arts.RING.encode(), whole=True)]
        for name, files in hostile.classes(canary, listener.getsockname()[1]).items():
            found[name] = {title: worker.ask(data, whole=False) for title, data in files}
            pictures = [data for title, data in files if found[name][title].code == "picture"]
            if pictures:
                found[name]["first picture as a pin"] = worker.ask(pictures[0], whole=True)
            good.append(worker.ask(arts.RING.encode(), whole=False))
        good.append(worker.ask(arts.RING.encode(), whole=True))
        control = [worker.ask(path.read_bytes(), whole=False) for path in (canary, canary.with_suffix(".png"))]
        assert worker.process.is_alive()
        assert worker.process.pid == pid
    return found, good, control


def _each(answers):
    return ((f"{name}: {title}", answer) for name, some in answers[0].items() for title, answer in some.items())


def test_there_are_enough_of_each_class(answers):
    counts = {name: len(some) for name, some in answers[0].items()}
    assert sum(counts.values()) >= 150
    assert {name for name, count in counts.items() if count < 8} == set()


def test_every_file_ends_in_a_picture_or_a_clear_refusal(answers):
    other = {title: answer for title, answer in _each(answers) if answer.code not in {"picture", *REFUSED}}
    assert other == {}
    unclear = {title for title, answer in _each(answers) if answer.code in REFUSED and not answer.text.endswith(".")}
    assert unclear == set()


@pytest.mark.parametrize(("names", "picture"), [(NEVER_PICTURES, True), (ALWAYS_PICTURES, False)])
def test_what_can_only_end_in_one_way_does(answers, names, picture):
    wrong = {t for name in names for t, answer in answers[0][name].items() if (answer.code == "picture") is picture}
    assert wrong == set()


def test_every_file_is_answered_in_time_and_within_its_memory(answers):
    costly = {
        title: (a.cpu_s, a.peak_mb) for title, a in _each(answers) if a.cpu_s > MOST_SECONDS or a.peak_mb > MOST_MB
    }
    assert costly == {}


def test_the_good_file_after_each_class_is_as_ever(answers):
    good = answers[1]
    assert {answer.code for answer in good} == {"picture"}
    assert {answer.pixels for answer in good} == {good[0].pixels}
    assert good[-1].labels == good[0].labels


def test_nothing_is_read_from_this_disk_or_network(answers, listener):
    canary = int(hostile.CANARY[1:], 16)
    seen = {title for title, answer in _each(answers) if canary in answer.pixels}
    assert seen == set()
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_the_canary_would_be_seen(answers):
    """The negative control: the canary itself, sent as artwork, shows its colour."""
    assert [int(hostile.CANARY[1:], 16) in answer.pixels for answer in answers[2]] == [True, True]
