import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { sendOnce } from "../../static/js/send_once.js";

let windowListeners;
beforeEach(() => {
  windowListeners = {};
  globalThis.window = { addEventListener: (name, listener) => (windowListeners[name] = listener) };
});

function formThatCounts() {
  const listeners = {};
  const form = { addEventListener: (name, listener) => (listeners[name] = listener) };
  let sent = 0;
  const submit = () => {
    let prevented = false;
    listeners.submit({ preventDefault: () => (prevented = true) });
    if (!prevented) sent += 1;
    return sent;
  };
  return { form, submit };
}

test("a form sent twice by a double click, then sent once", () => {
  const { form, submit } = formThatCounts();
  sendOnce(form);

  submit();

  assert.equal(submit(), 1);
});

test("a page that one comes back to, then its form can be sent again", () => {
  const { form, submit } = formThatCounts();
  sendOnce(form);
  submit();

  windowListeners.pageshow();

  assert.equal(submit(), 2);
});
