// Answers on their way to the server. A change is kept on this device the moment it is made, and
// taken away only when the server has said that it is saved. Sending is repeated until then:
// the server keeps each change once, however often it arrives.

const BATCH = 40;
const LONGEST_WAIT = 15_000;
const GIVE_UP_AFTER = 15_000;

// Where changes are kept: the browser's database, else its storage, else this page alone.
class Database {
  static async open() {
    const asked = indexedDB.open("vigie", 1);
    asked.onupgradeneeded = () =>
      asked.result.createObjectStore("changes", { keyPath: ["attempt", "client_id", "client_seq"] });
    return new Database(await done(asked));
  }
  constructor(database) {
    this.name = "device";
    this.database = database;
  }
  changes(mode) {
    return this.database.transaction("changes", mode, { durability: "strict" }).objectStore("changes");
  }
  all(attempt) {
    return done(this.changes("readonly").getAll(IDBKeyRange.bound([attempt], [attempt, []])));
  }
  put(change) {
    return done(this.changes("readwrite").put(change));
  }
  remove(change) {
    return done(this.changes("readwrite").delete([change.attempt, change.client_id, change.client_seq]));
  }
}

class Storage {
  constructor() {
    this.name = "device";
    localStorage.setItem("vigie", "");
    localStorage.removeItem("vigie");
  }
  key(change) {
    return `vigie ${change.attempt} ${change.client_id} ${change.client_seq}`;
  }
  async all(attempt) {
    const own = Object.keys(localStorage).filter((key) => key.startsWith(`vigie ${attempt} `));
    return own.map((key) => JSON.parse(localStorage[key]));
  }
  async put(change) {
    localStorage[this.key(change)] = JSON.stringify(change);
  }
  async remove(change) {
    localStorage.removeItem(this.key(change));
  }
}

class Nowhere {
  name = "page";
  async all() {
    return [];
  }
  async put() {}
  async remove() {}
}

async function openStore() {
  for (const open of [() => Database.open(), () => new Storage()]) {
    try {
      return await open();
    } catch {
      // This browser, or this way of browsing, has no such place.
    }
  }
  return new Nowhere();
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Outbox {
  // `on` is told of every acknowledgement (ack, change), every answer of the server (answer, sent,
  // received) and every new status (status, when).
  constructor(element, on) {
    const { attempt, key, save, language } = element.dataset;
    this.address = save;
    this.key = key;
    this.language = language;
    // The token keeps apart what two installations, or two lives of one, call by the same number.
    this.attempt = `${attempt} ${key.slice(0, 16)}`;
    this.on = on;
    this.clientId = name();
    this.sequence = 0;
    this.pending = [];
    this.trouble = "";
    this.failures = 0;
    this.idle = [];
    this.store = openStore();
    navigator.storage?.persist?.().catch(() => {});
    for (const event of ["online", "focus"]) addEventListener(event, () => this.now());
    // Someone has signed in again in another tab.
    if (globalThis.BroadcastChannel) new BroadcastChannel("vigie").onmessage = () => this.now();
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.now();
      else this.leave();
    });
  }

  // Gives what earlier pages of this attempt could not send, and sends it.
  async open() {
    const store = await this.store;
    this.place = store.name;
    const left = await store.all(this.attempt).catch(() => []);
    left.sort((one, other) => one.client_seq - other.client_seq);
    this.pending.unshift(...left);
    return left;
  }

  // `follows` is a change of an earlier page that was still unsent when this one was made on top
  // of it: it has to arrive first, and this one then says that it has seen it.
  add(slot, kind, value, base, follows) {
    const change = {
      attempt: this.attempt,
      client_id: this.clientId,
      client_seq: ++this.sequence,
      slot,
      kind,
      value,
      base_rev: base,
      language: this.language,
      elapsed_ms: Math.round(performance.now()),
      follows: follows ? [follows.client_id, follows.client_seq] : null,
    };
    this.pending.push(change);
    this.keep(change);
    this.send();
    return change;
  }

  async keep(change) {
    try {
      await (await this.store).put(change);
    } catch {
      this.place = "page";
      this.tell();
    }
  }

  get isEmpty() {
    return this.pending.length === 0;
  }

  // Resolves once everything is saved and the server answers.
  emptied() {
    const saved = new Promise((resolve) => this.idle.push(resolve));
    this.now();
    return saved;
  }

  // At once, whatever the waiting time was.
  now() {
    this.failures = 0;
    return this.send(true);
  }

  async send(ask = false) {
    if (this.sending) return;
    const batch = this.ready();
    if (!batch.length && !ask) return;
    clearTimeout(this.timer);
    this.sending = true;
    this.tell();
    const sent = performance.now();
    try {
      const answer = await this.post(batch);
      this.trouble = "";
      this.failures = 0;
      await this.acknowledge(answer.acks);
      this.when = answer.saved_at;
      this.on.answer(answer, (sent + performance.now()) / 2);
    } catch (problem) {
      this.failures += 1;
      this.trouble = problem.trouble ?? "kept";
    }
    this.sending = false;
    this.tell();
    if (this.isEmpty && !this.trouble) this.idle.splice(0).forEach((resolve) => resolve());
    if (this.trouble) this.timer = setTimeout(() => this.send(true), this.wait());
    else if (!this.isEmpty) this.send();
  }

  // Longer after each failure, and never all officers of a room at the same moment.
  wait() {
    return Math.min(LONGEST_WAIT, 1000 * 2 ** (this.failures - 1)) * (0.75 + Math.random() / 2);
  }

  // What is not waiting for an earlier page's change.
  ready() {
    const keys = new Set(this.pending.map((change) => `${change.client_id} ${change.client_seq}`));
    return this.pending.filter((change) => !change.follows || !keys.has(change.follows.join(" "))).slice(0, BATCH);
  }

  request(batch) {
    const events = batch.map(({ attempt, follows, ...event }) => event);
    return {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-Outbox-Key": this.key },
      body: JSON.stringify({ events }),
      redirect: "manual",
    };
  }

  async post(batch) {
    const signal = AbortSignal.timeout?.(GIVE_UP_AFTER);
    const response = await fetch(this.address, { ...this.request(batch), signal });
    if (response.status === 401 || response.type === "opaqueredirect") throw { trouble: "signed-out" };
    if (response.status === 404 || response.status === 403) throw { trouble: "refused" };
    if (!response.ok) throw { trouble: "kept" };
    return response.json();
  }

  // The page goes away: one more try, which outlives it. What it does not reach is kept.
  leave() {
    const batch = this.ready();
    if (batch.length) fetch(this.address, { ...this.request(batch), keepalive: true }).catch(() => {});
  }

  async acknowledge(acks) {
    for (const ack of acks) {
      const place = this.pending.findIndex(
        (change) => change.client_id === ack.client_id && change.client_seq === ack.client_seq,
      );
      if (place < 0) continue;
      const [change] = this.pending.splice(place, 1);
      for (const next of this.pending) {
        if (next.follows?.[0] === ack.client_id && next.follows[1] === ack.client_seq) {
          next.follows = null;
          next.base_rev = Math.max(next.base_rev, ack.rev);
          this.keep(next);
        }
      }
      this.on.ack(ack, change);
      // If taking it away fails, it is sent once more, which changes nothing.
      await (await this.store).remove(change).catch(() => {});
    }
  }

  tell() {
    let status = this.trouble;
    if (status === "kept") status = this.isEmpty ? "" : this.place === "page" ? "page" : "kept";
    else if (status && this.isEmpty) status = "";
    if (!status) status = this.isEmpty ? (this.when ? "saved" : "") : "sending";
    this.on.status(status, this.when);
  }
}

function name() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
