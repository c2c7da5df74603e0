// After the end: what this device could not send before is sent now, and kept as late.
import { Outbox } from "./outbox.js";
import { showStatus } from "./page.js";

const element = document.getElementById("outbox");
const outbox = new Outbox(element, { ack: () => {}, answer: () => {}, status: showStatus(element) });
if ((await outbox.open()).length) {
  await outbox.emptied();
  location.reload();
}
