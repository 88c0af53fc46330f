// What the quarterly form needs of the session: the token that holds now, and a way to sign in beside the open page.

/** The token that the server expects, from the page's cookies; "" where there is none. It changes at every sign-in. */
export function tokenFrom(cookies) {
  const found = cookies.split("; ").find((cookie) => cookie.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

/** Give every form of the page the token that holds now; what it is. */
export function refreshToken(root) {
  const token = tokenFrom(root.cookie);
  const fields = [...root.querySelectorAll("[name=csrfmiddlewaretoken]")];
  if (!token) return fields[0]?.value ?? "";
  for (const field of fields) field.value = token;
  return token;
}

/** Every form that is sent takes the token along that holds when it is sent. */
export function wireSession(root) {
  window.addEventListener("submit", () => refreshToken(root), { capture: true });
}
