// No module: runs before anything can be pressed. Whoever presses a button before the page's scripts are there is asked
// all the same: a form that asks first (data-confirm) waits until they are, or until it is known that they do not come.
{
  let held = null;
  const hold = (event) => {
    if (!event.target.dataset.confirm && !event.submitter?.dataset.confirm) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the scripts that are there already ask when it is pressed again below
    held = { form: event.target, button: event.submitter ?? undefined };
  };
  document.addEventListener("submit", hold, true);
  document.addEventListener("DOMContentLoaded", () => {
    document.removeEventListener("submit", hold, true);
    held?.form.requestSubmit(held.button);
  });
}
