"""Set things up: `python -m scripts.setup packages | image | developer | portal`."""

import sys
from collections.abc import Callable, Iterator

from scripts import assets, environment, node, portal, translations
from scripts.steps import VAR, SetupError, Step, complain, one_at_a_time


def packages() -> Iterator[Step]:
    """What the portal and every management command need."""
    environment.discard_unfinished(environment.VENV)
    yield environment.portal_packages()
    yield translations.translations()


def front_end() -> Iterator[Step]:
    """What the pages need besides."""
    yield node.modules()
    yield assets.assets()


def image() -> Iterator[Step]:
    """What a container image needs: everything but the data."""
    yield from packages()
    yield from front_end()


def developer() -> Iterator[Step]:
    """What tests and checks need."""
    yield from packages()
    yield environment.developer_packages()
    yield from front_end()


def whole_portal() -> Iterator[Step]:
    """What serving the portal needs: packages, pages, database, plan, demo year."""
    yield from image()
    yield from portal.data()


TARGETS: dict[str, Callable[[], Iterator[Step]]] = {
    "packages": packages,
    "image": image,
    "developer": developer,
    "portal": whole_portal,
}


def set_up(target: str) -> None:
    """Run the steps of one target that are not done yet.

    Raises SetupError naming the step that failed.
    """
    with one_at_a_time(VAR / "setup.lock"):
        for step in TARGETS[target]():
            step.run()


def main(arguments: list[str]) -> int:
    """Run one target; 0 when all is there, 1 when a step failed, 2 for a wrong call."""
    if len(arguments) != 1 or arguments[0] not in TARGETS:
        complain(f"usage: python -m scripts.setup {' | '.join(TARGETS)}")
        return 2
    try:
        set_up(arguments[0])
    except SetupError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("已中断；再次运行会继续。Interrupted; run it again to go on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
