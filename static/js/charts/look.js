// The page's colours and font for charts, from the tokens of the style sheet, so that a colour is written once.

const STATUSES = [
  "met", "missed", "on_pace", "behind", "far_behind", "no_data", "not_due", "not_applicable", "tracked",
];

/** Colours and font by what they are for; `read` gives a token's value. */
export function lookFrom(read) {
  return {
    font: read("--font"),
    ink: read("--ink"),
    muted: read("--ink-3"),
    line: read("--line-strong"),
    faint: read("--line"),
    paper: read("--paper"),
    accent: read("--accent"),
    statuses: Object.fromEntries(STATUSES.map((status) => [status, read(`--${status.replace("_", "-")}`)])),
  };
}
