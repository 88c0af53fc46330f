// A form that must not be sent twice by a double click: <form data-send-once>. The second answer would hide the first.
export function sendOnce(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Back from the answer, the page may be sent again: whether that is right, the portal decides.
  window.addEventListener("pageshow", () => {
    sent = false;
  });
}

if (typeof document !== "undefined") document.querySelectorAll("form[data-send-once]").forEach(sendOnce);
