// What the pages of an attempt share: the badges of what is saved, the notices, the time left.
// Only the server's clock counts: it says how many seconds are left, and the page counts down by
// the browser's steady clock, which no change of the device's date can move.

const WARNINGS = [["quarter", null], ["five", 300], ["one", 60]];

export function say(words) {
  document.getElementById("say").textContent = words;
}

export function notice(name, shown) {
  document.querySelector(`[data-notice="${name}"]`).hidden = !shown;
}

// Shows the one badge, and the one notice, that are true.
export function showStatus(element) {
  let before = "";
  return (status, when) => {
    for (const badge of document.querySelectorAll("#save-status > [data-state]")) {
      badge.hidden = badge.dataset.state !== status;
    }
    const time = document.querySelector("#save-status [data-time]");
    if (time && when) time.textContent = when;
    if (status === "sending") return;
    for (const name of ["kept", "page", "signed-out", "refused"]) notice(name, name === status);
    if (["saved", ""].includes(status)) {
      if (before) say(element.dataset.savedAgain);
      before = "";
    } else if (status !== before) {
      say(document.querySelector(`[data-notice="${status}"]`).innerText);
      before = status;
    }
  };
}

export class Timer {
  constructor(element, onZero) {
    this.onZero = onZero;
    this.total = Number(element.dataset.seconds);
    this.button = document.getElementById("timer");
    if (!this.button || element.dataset.secondsLeft === undefined) return;
    document.getElementById("ends").hidden = true;
    this.button.hidden = false;
    // The server counted when it began to answer, not when this script began to run.
    const [navigation] = performance.getEntriesByType("navigation");
    this.sync(Number(element.dataset.secondsLeft), navigation?.responseStart ?? 0);
    this.said = WARNINGS.filter(([, at]) => this.left <= (at ?? this.total / 4)).map(([name]) => name);
    this.concealed = sessionStorage.getItem("vigie timer") === "hidden";
    this.button.addEventListener("click", () => {
      this.concealed = !this.concealed;
      sessionStorage.setItem("vigie timer", this.concealed ? "hidden" : "");
      this.show();
    });
  }

  start() {
    if (this.end === undefined) return;
    this.tick();
    setInterval(() => this.tick(), 1000);
  }

  // `at` is when, by the steady clock, the server said so.
  sync(seconds, at) {
    if (seconds === null || !this.button) return;
    this.end = at + seconds * 1000;
  }

  get left() {
    return Math.max(0, Math.ceil((this.end - performance.now()) / 1000));
  }

  tick() {
    this.show();
    for (const [name, at] of WARNINGS) {
      if (this.left <= (at ?? this.total / 4) && !this.said.includes(name)) {
        this.said.push(name);
        if (this.left) say(this.button.dataset[name]);
      }
    }
    if (this.left === 0 && !this.isOver) {
      this.isOver = true;
      this.onZero();
    }
  }

  show() {
    const { minutes, seconds, over, hidden, hide } = this.button.dataset;
    const left = this.left;
    // The last minute is shown to everyone.
    const conceal = this.concealed && left > 60;
    const words = left === 0 ? over : left > 90 ? minutes.replace("#", Math.ceil(left / 60)) : seconds.replace("#", left);
    this.button.lastElementChild.textContent = conceal ? hidden : words;
    this.button.title = conceal ? "" : hide;
    this.button.classList.toggle("badge-info", left > 300);
    this.button.classList.toggle("badge-warn", left <= 300 && left > 60);
    this.button.classList.toggle("badge-bad", left <= 60);
  }
}
