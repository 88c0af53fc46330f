"""The formulas: from report lines to statuses, scores and ranks.

Pure functions over frozen dataclasses in exact fractions. Nothing here knows a database, a clock, a user or a
floating-point number; `docs/calculations.md` explains every formula with worked examples.

Read in this order: rounding, quarters, actual, attainment, pace, gap, compliance (one indicator through the year);
rules, scheme, inputs, scoring, ranking, forecast (one unit's score); sentences, next_gain, words (why it is that);
canonical (what is stored and hashed).
"""
