// What a paste from Excel or WPS is made of, without the page: the cells of its text, and a row with a patch applied.

const MORE_CELLS = /[\t\r\n]/;

/**
 * The rows of cells of a text as Excel and WPS put it on the clipboard: tabs between cells, a line a row, and quotes
 * around a cell that holds either, doubled inside. A quote that is closed nowhere is a quote.
 */
export function parseCells(text) {
  const rows = [[]];
  let at = 0;
  while (at <= text.length) {
    const cell = readCell(text, at);
    rows[rows.length - 1].push(cell.text);
    at = cell.end;
    if (text[at] === "\t") at += 1;
    else {
      at += text.startsWith("\r\n", at) ? 2 : 1;
      if (at < text.length) rows.push([]);
      else break;
    }
  }
  return rows;
}

function readCell(text, start) {
  const quoted = text[start] === '"' ? /^"((?:[^"]|"")*)"(?=[\t\r\n]|$)/.exec(text.slice(start)) : null;
  if (quoted) return { text: quoted[1].replaceAll('""', '"').replaceAll("\r\n", "\n"), end: start + quoted[0].length };
  let end = start;
  while (end < text.length && !MORE_CELLS.test(text[end])) end += 1;
  return { text: text.slice(start, end), end };
}

/** Whether a paste is a block of cells. Lines in a note are only cells where they come from a table. */
export function isBlock(cells, { field, html = "" }) {
  const isWide = cells.some((row) => row.length > 1);
  if (isWide || field !== "note") return isWide || cells.length > 1;
  return cells.length > 1 && /<table[\s>]/i.test(html);
}

/** What a row holds with a patch applied; what the patch does not speak of stays. */
export function patched(now, patch, { canBeNotApplicable }) {
  const note = patch.note ?? now.note;
  if (patch.clears) return { value: "", base: "", not_applicable: false, note: patch.note ?? "" };
  if (patch.not_applicable && canBeNotApplicable) return { value: "", base: "", not_applicable: true, note };
  const holdsNumber = patch.value !== undefined || patch.base !== undefined;
  return {
    value: patch.value ?? now.value,
    base: patch.base ?? now.base,
    not_applicable: holdsNumber ? false : now.not_applicable,
    note,
  };
}

/** How many cells differ between what a row held and what it holds. */
export function cellsChanged(before, now) {
  return Object.keys(before).filter((name) => before[name] !== now[name]).length;
}

/** Several rows as the server reads them; `carried` says of each whether it shall stand as confirmed or carried over. */
export function rowsBody(rows) {
  const body = new URLSearchParams();
  for (const { code, texts, version, carried } of rows) {
    body.append("code", code);
    for (const name of ["value", "base", "note"]) body.set(`${code}-${name}`, texts[name]);
    body.set(`${code}-version`, version);
    if (texts.not_applicable) body.set(`${code}-not_applicable`, "on");
    if (carried) body.set(`${code}-carried`, carried);
  }
  return body;
}
