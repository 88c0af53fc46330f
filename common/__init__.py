"""Plain Python that every app may use: actions, errors, scope, workbook reading and writing."""
