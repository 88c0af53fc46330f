// The menu button of small screens, and "back" where there is something to go back to.

export function wireNavigation(root) {
  const button = root.querySelector("[data-nav-toggle]");
  button?.addEventListener("click", () => {
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(isOpen));
    for (const id of ["mainnav", "topbar-tools"]) {
      root.getElementById(id)?.classList.toggle("is-open", isOpen);
    }
  });
  for (const back of root.querySelectorAll("[data-go-back]")) {
    back.hidden = window.history.length < 2;
    back.addEventListener("click", () => window.history.back());
  }
}
