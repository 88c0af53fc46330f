"""A worker for one job that hangs with everything written and nothing committed, until it is killed.

`python -m tests.assessments.dies_while_storing UUID` prints a line when it has come that far.
"""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianyungang_portal.settings")


def main() -> None:
    """Do the job whose UUID is the argument, up to the end of its transaction."""
    import django

    django.setup()
    from assessments.services import marks
    from jobs.services import run

    queue_the_rest = marks._queue_the_rest

    def hang(*args: object, **kwargs: object) -> object:
        queue_the_rest(*args, **kwargs)  # type: ignore[arg-type]
        print("written", flush=True)
        time.sleep(60)
        return None

    marks._queue_the_rest = hang  # type: ignore[assignment]
    run(sys.argv[1])


if __name__ == "__main__":
    main()
