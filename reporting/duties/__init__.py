"""My work in words: the facts of `reporting.queries.work` as things to do, the most pressing first."""
