// Notes that a lesson was opened, and at which heading it was left, so that the officer can go on
// there. The lesson reads the same without it: progress then begins with the first answer.

const article = document.getElementById("lesson");
const headings = [...article.querySelectorAll("[id^='section-']")];
let noted = null;

function current() {
  // The last heading above the middle of the window is the one being read.
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 2);
  return passed.length ? passed[passed.length - 1].id : "";
}

function note(anchor) {
  if (anchor === noted) return;
  noted = anchor;
  const form = new FormData();
  form.set("csrf_token", article.dataset.token);
  form.set("anchor", anchor);
  navigator.sendBeacon(article.dataset.progress, form);
}

note("");

let resting;
document.addEventListener("scroll", () => {
  clearTimeout(resting);
  resting = setTimeout(() => note(current()), 2000);
}, { passive: true });

// A page that goes out of sight may never come back: this is the last moment that is certain.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") note(current());
});
