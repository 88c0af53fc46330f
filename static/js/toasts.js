// Messages in the corner: good news passes by itself, bad news stays until closed.

const SECONDS = { success: 6, info: 8, warning: 12 };

/** How long a toast of this tone stays, in milliseconds; null: until somebody closes it. */
export function lifetime(tone) {
  return tone in SECONDS ? SECONDS[tone] * 1000 : null;
}

/** What to say of an answer that cannot be shown as it is; null where the answer says it itself. */
export function failureOf(status, isFragment) {
  if (status === 0) return "offline";
  if (status >= 500) return "failed";
  return isFragment ? null : "failed";
}

function startTimer(toast) {
  const time = lifetime(toast.dataset.toast);
  if (time === null) return;
  let timer = setTimeout(() => toast.remove(), time);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), time);
  };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", release);
  toast.addEventListener("focusout", release);
}

function showTemplate(root, name) {
  const template = root.getElementById(`toast-${name}`);
  const toasts = root.getElementById("toasts");
  if (!template || !toasts) return;
  toasts.querySelector(`[data-toast-name="${name}"]`)?.remove();
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.toastName = name;
  toasts.append(toast);
}

/** Say something in the corner, in place of what was said so before: tone is success, warning or error. */
export function say(root, tone, text, hint = "") {
  for (const before of root.querySelectorAll('#toasts [data-toast-name="said"]')) before.remove();
  const toast = root.getElementById(`toast-said-${tone}`).content.firstElementChild.cloneNode(true);
  toast.querySelector(".alert-title").textContent = text;
  toast.querySelector(".alert-hint").textContent = hint;
  toast.dataset.toastName = "said";
  root.getElementById("toasts").append(toast);
}

function isFragment(xhr) {
  return !/<html[\s>]/i.test(xhr.responseText);
}

export function wireToasts(root) {
  const toasts = root.getElementById("toasts");
  if (!toasts) return;
  for (const toast of toasts.querySelectorAll("[data-toast]")) startTimer(toast);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node instanceof HTMLElement && node.dataset.toast) startTimer(node);
    }
  }).observe(toasts, { childList: true });
  toasts.addEventListener("click", (event) => {
    event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
  });
  root.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, isError } = event.detail;
    const failure = isError ? failureOf(xhr.status, isFragment(xhr)) : null;
    if (failure) {
      event.detail.shouldSwap = false;
      showTemplate(root, failure);
    }
  });
  root.addEventListener("htmx:sendError", () => showTemplate(root, "offline"));
}
