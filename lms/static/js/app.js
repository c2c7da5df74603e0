// Small comforts of every page. All pages work without them.

function button(className, text) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  return made;
}

// What is wrong with a form is read first.
document.getElementById("error-summary")?.focus();

// Messages can be put away.
for (const flashes of document.querySelectorAll(".flashes[data-close]")) {
  for (const notice of flashes.children) {
    const close = button("notice-close", "×");
    close.setAttribute("aria-label", flashes.dataset.close);
    close.addEventListener("click", () => notice.remove());
    notice.append(close);
  }
}

// A password can be looked at; it is one again before it is sent.
for (const input of document.querySelectorAll("input[data-show]")) {
  const { show, hide } = input.dataset;
  const toggle = button("btn btn-secondary", show);
  const name = document.querySelector(`label[for="${input.id}"]`)?.textContent ?? "";
  const set = (visible) => {
    input.type = visible ? "text" : "password";
    toggle.textContent = visible ? hide : show;
    toggle.setAttribute("aria-label", `${toggle.textContent}: ${name}`);
  };
  const line = document.createElement("div");
  line.className = "password";
  input.replaceWith(line);
  line.append(input, toggle);
  set(false);
  toggle.addEventListener("click", () => set(input.type === "password"));
  input.form?.addEventListener("submit", () => set(false));
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
