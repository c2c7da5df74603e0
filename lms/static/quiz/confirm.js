// Before handing in: what is still on this device is sent first.
import { Outbox } from "./outbox.js";
import { Timer, notice, showStatus } from "./page.js";

const element = document.getElementById("outbox");
const form = document.getElementById("hand-in");
const timer = new Timer(element, timeUp);
const outbox = new Outbox(element, {
  ack: () => {},
  answer: (answer, at) => {
    timer.sync(answer.seconds_left, at);
    if (answer.state !== "open" && outbox.isEmpty) location.replace(element.dataset.result);
  },
  status: showStatus(element),
});

async function timeUp() {
  notice("over", true);
  await outbox.emptied();
  form.submit();
}

// With the script, all questions are on one page.
for (const link of document.querySelectorAll(".overview-link")) link.search = "";

const left = await outbox.open();
timer.start();
if (left.length) {
  const button = form.querySelector("button");
  button.disabled = true;
  notice("waiting", true);
  await outbox.emptied();
  location.reload();
}
