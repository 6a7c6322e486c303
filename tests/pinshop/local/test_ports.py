from pinshop.local import ports


def test_free_port_is_none_of_those_that_are_promised() -> None:
    """The system gives a port again as soon as it is let go: of 2,000 some are the same without the guard."""
    promised: set[int] = set()
    for _ in range(2000):
        promised.add(ports.find_free(but=promised))
    assert len(promised) == 2000
