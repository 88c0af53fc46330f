"""Set the portal up: `python -m scripts.setup packages | developer | portal`."""

import sys
from collections.abc import Callable, Iterator

from scripts import environment
from scripts.steps import VAR, SetupError, Step, complain, one_at_a_time


def packages() -> Iterator[Step]:
    """The virtual environment that the portal and every management command need."""
    environment.discard_unfinished(environment.VENV)
    yield environment.portal_packages()


def developer() -> Iterator[Step]:
    """The virtual environment with the tools for tests and checks."""
    yield from packages()
    yield environment.developer_packages()


TARGETS: dict[str, Callable[[], Iterator[Step]]] = {"packages": packages, "developer": developer}


def main(arguments: list[str]) -> int:
    """Run the steps of one target; 0 when all is there, 1 when a step failed, 2 for a wrong call."""
    if len(arguments) != 1 or arguments[0] not in TARGETS:
        complain(f"usage: python -m scripts.setup {' | '.join(TARGETS)}")
        return 2
    try:
        with one_at_a_time(VAR / "setup.lock"):
            for step in TARGETS[arguments[0]]():
                step.run()
    except SetupError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("已中断；再次运行会继续。Interrupted; run it again to go on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
