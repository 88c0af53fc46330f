"""The one error of this package."""


class CalculationError(ValueError):
    """Input that has no defined result. Its message is Chinese and says what to mend; it is shown to officers."""
