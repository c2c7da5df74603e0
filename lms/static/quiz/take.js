// An attempt, one question at a time: every change is kept and sent at once.
import { Outbox } from "./outbox.js";
import { Timer, notice, say, showStatus } from "./page.js";

const TYPING_PAUSE = 400;
const PATIENCE = 600;

const element = document.getElementById("outbox");
const form = document.getElementById("exam");
const slots = new Map();
let current = 0;

// One question: its fields, and for response and flag what the page shows of them.
class Slot {
  constructor(section) {
    this.section = section;
    this.number = Number(section.dataset.slot);
    this.question = section.querySelector(".question");
    this.flag = section.querySelector('[name^="flag"][type="checkbox"]');
    this.shown = {
      response: this.origin("rev", section.dataset.by, this.read()),
      flag: this.origin("flagrev", section.dataset.flagBy, this.flag.checked),
    };
  }

  origin(field, by, value) {
    const rev = Number(this.section.querySelector(`[name="${field}${this.number}"]`).value);
    return { rev, by, value: JSON.stringify(value), follows: null };
  }

  get controls() {
    return this.question.querySelectorAll("input, select, textarea");
  }

  // The value of the fields, after their shape: a mapping, a list, or one of several or a text.
  read() {
    const prefix = `q${this.number}.`;
    const entries = {};
    const list = [];
    let [single, isList] = [null, false];
    for (const control of this.controls) {
      if (control.name.startsWith(prefix)) {
        if (control.value) entries[control.name.slice(prefix.length)] = control.value;
      } else if (control.type === "checkbox") {
        isList = true;
        if (control.checked) list.push(control.value);
      } else if (control.type !== "radio" || control.checked) {
        single = control.value.trim() || null;
      }
    }
    if (isList) return list.length ? list.sort() : null;
    return Object.keys(entries).length ? entries : single;
  }

  write(value) {
    for (const control of this.controls) {
      const part = control.name.split(".")[1];
      if (part !== undefined) control.value = value?.[part] ?? "";
      else if (control.type === "checkbox") control.checked = (value ?? []).includes(control.value);
      else if (control.type === "radio") control.checked = control.value === (value ?? "");
      else control.value = value ?? "";
    }
  }

  // Sends what differs from what was last kept.
  note(kind) {
    const value = kind === "flag" ? this.flag.checked : this.read();
    const shown = this.shown[kind];
    if (JSON.stringify(value) === shown.value) return;
    shown.value = JSON.stringify(value);
    const follows = outbox.pending.includes(shown.follows) ? shown.follows : null;
    outbox.add(this.number, kind, value, shown.rev, follows);
    overview();
  }

  // Shows what an earlier page of this attempt entered and could not send, unless another page
  // has had newer things saved since.
  adopt(change) {
    const shown = this.shown[change.kind];
    const before = shown.follows;
    const isNext = before
      ? before.client_id === change.client_id || String(change.follows) === String([before.client_id, before.client_seq])
      : shown.by === change.client_id || change.follows || change.base_rev >= shown.rev;
    if (!isNext) return;
    shown.follows = change;
    shown.value = JSON.stringify(change.value);
    if (change.kind === "flag") this.flag.checked = change.value;
    else this.write(change.value);
  }

  acknowledged(ack, change) {
    const shown = this.shown[change.kind];
    shown.rev = Math.max(shown.rev, ack.rev);
    if (!ack.newer || change.kind !== "response") return;
    this.section.querySelector("[data-newer]").hidden = false;
    say(this.section.querySelector("[data-newer]").innerText);
  }

  get isAnswered() {
    return this.read() !== null;
  }

  get isUnsent() {
    return outbox.pending.some((change) => change.slot === this.number);
  }
}

const timer = new Timer(element, timeUp);
const outbox = new Outbox(element, {
  ack: (ack, change) => slots.get(change.slot)?.acknowledged(ack, change),
  answer: (answer, at) => {
    timer.sync(answer.seconds_left, at);
    if (answer.state !== "open" && outbox.isEmpty) location.replace(element.dataset.result);
  },
  status: (status, when) => {
    showSaved(status, when);
    overview();
  },
});
const showSaved = showStatus(element);

// The questions are in the address: the browser's own way back works.
function show(number, focus = true) {
  const slot = slots.get(number) ?? slots.get(1);
  if (slot.number === current) return;
  current = slot.number;
  for (const other of slots.values()) other.section.hidden = other !== slot;
  const place = document.getElementById("place");
  place.textContent = place.dataset.words.replace("#", current);
  overview();
  if (!focus) return;
  scrollTo(0, 0);
  slot.question.querySelector("legend").focus({ preventScroll: true });
}

function go(number) {
  typed();
  history.pushState(null, "", `#q${number}`);
  show(number);
}

function here() {
  return Number(location.hash.slice(2)) || 1;
}

function overview() {
  const counts = { answered: 0, flagged: 0 };
  for (const slot of slots.values()) {
    const button = form.querySelector(`[name="go"][value="q${slot.number}"]`);
    const words = [];
    if (slot.isAnswered) words.push(form.dataset.answered) && counts.answered++;
    if (slot.flag.checked) words.push(form.dataset.flagged) && counts.flagged++;
    if (slot.isUnsent) words.push(form.dataset.unsent);
    button.classList.toggle("is-answered", slot.isAnswered);
    button.classList.toggle("is-flagged", slot.flag.checked);
    button.classList.toggle("is-unsent", slot.isUnsent);
    if (slot.number === current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.lastElementChild.textContent = words.map((word) => `, ${word}`).join("");
  }
  const values = { ...counts, open: slots.size - counts.answered };
  for (const count of form.querySelectorAll("[data-count]")) count.textContent = values[count.dataset.count];
}

// What is being typed is sent after a pause, or when it is left.
let typing = 0;
let typedIn = null;
function typed() {
  clearTimeout(typing);
  typedIn?.note("response");
  typedIn = null;
}

function slotOf(target) {
  return slots.get(Number(target.closest("[data-slot].slot")?.dataset.slot));
}

async function finish() {
  typed();
  const patience = setTimeout(() => {
    notice("waiting", true);
    say(document.querySelector('[data-notice="waiting"]').innerText);
  }, PATIENCE);
  await outbox.emptied();
  clearTimeout(patience);
  notice("waiting", false);
  location.assign(form.dataset.confirm);
}

// Nothing more can be entered. What was is sent, however long that takes, and then handed in.
async function timeUp() {
  typed();
  notice("over", true);
  say(document.querySelector('[data-notice="over"]').innerText);
  for (const control of form.querySelectorAll(".slot input, .slot select")) control.disabled = true;
  await outbox.emptied();
  form.action = form.action.replace(/responses$/, "submit");
  form.submit();
}

async function begin() {
  for (const section of form.querySelectorAll(".slot")) {
    const slot = new Slot(section);
    slots.set(slot.number, slot);
    section.querySelector("legend").tabIndex = -1;
    for (const hidden of section.querySelectorAll("[data-go], [data-finish]")) hidden.hidden = false;
  }
  slots.get(1).section.querySelector('[data-go="back"]').disabled = true;
  for (const only of document.querySelectorAll("[data-with-script]")) only.hidden = false;
  for (const without of document.querySelectorAll("[data-without-script]")) without.hidden = true;
  show(here(), location.hash !== "");
  listen();
  for (const change of await outbox.open()) slots.get(change.slot)?.adopt(change);
  overview();
  if (!outbox.isEmpty) outbox.send();
  timer.start();
}

function listen() {
  form.addEventListener("input", (event) => {
    if (event.target.type !== "text") return;
    const slot = slotOf(event.target);
    if (typedIn !== slot) typed();
    typedIn = slot;
    clearTimeout(typing);
    typing = setTimeout(typed, TYPING_PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "text") typed();
    else slotOf(event.target)?.note(event.target.name.startsWith("flag") ? "flag" : "response");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wish = event.submitter?.value;
    if (wish === "confirm") finish();
    else if (/^q\d+$/.test(wish)) go(Number(wish.slice(1)));
    else if (slots.has(current + 1)) go(current + 1);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go]");
    if (button) go(current + (button.dataset.go === "next" ? 1 : -1));
    else if (event.target.closest("[data-finish]")) finish();
    else if (event.target.closest("[data-reload]")) {
      event.preventDefault();
      outbox.emptied().then(() => location.reload());
    }
  });
  addEventListener("popstate", () => show(here()));
  // Before the outbox, which listens to the same, looks at what there is to send.
  addEventListener("pagehide", typed, { capture: true });
  document.addEventListener("visibilitychange", typed, { capture: true });
}

// A page of the form for browsers without scripts: here all questions are on one.
if (form.elements.page) location.replace(location.pathname + location.hash);
else begin();
