// Small comforts of every page. All pages work without them.

// What is wrong with a form is read first.
document.getElementById("error-summary")?.focus();

// Messages can be put away.
for (const flashes of document.querySelectorAll(".flashes[data-close]")) {
  for (const notice of flashes.children) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "notice-close";
    button.textContent = "×";
    button.setAttribute("aria-label", flashes.dataset.close);
    button.addEventListener("click", () => notice.remove());
    notice.append(button);
  }
}

// A menu closes when one leaves it.
const menus = document.querySelectorAll("details.menu");
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (menu.open && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});
