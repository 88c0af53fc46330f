// The reviewer's side of a report: from warning to warning, a word under a line, a reason that names the lines.

/** The next of several places after `current` in their order, from the start again after the last; -1 for none. */
export function nextAfter(count, current) {
  return count === 0 ? -1 : (current + 1) % count;
}

function openTalk(code) {
  const talk = document.getElementById(`talk-${code}`);
  if (!talk) return;
  talk.hidden = false;
  talk.querySelector("textarea")?.focus();
}

function wireComments() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-comment]");
    if (!link) return;
    event.preventDefault();
    openTalk(link.dataset.comment);
  });
  // A comment is sent with Ctrl+Enter, as in every mailer.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.target.closest?.(".talk-form")?.requestSubmit?.();
  });
}

function wireWarnings() {
  const link = document.querySelector("[data-next-warned]");
  if (!link) return;
  let at = -1;
  link.addEventListener("click", (event) => {
    const rows = [...document.querySelectorAll("[data-warned]")];
    at = nextAfter(rows.length, at);
    if (at < 0) return;
    event.preventDefault();
    rows[at].scrollIntoView({ block: "center" });
    const target = rows[at].querySelector("[data-comment]");
    target?.focus({ preventScroll: true });
  });
}

/** A return with comments is explained by them: their reason is proposed, and can be changed. */
function wireReturn() {
  const form = document.querySelector("[data-return]");
  form?.addEventListener("click", () => {
    const count = Number(document.getElementById("draft-count")?.dataset.count);
    form.dataset.confirmReasonValue = count > 0 ? form.dataset.reasonWithComments : "";
  });
}

if (typeof document !== "undefined") {
  wireComments();
  wireWarnings();
  wireReturn();
}
