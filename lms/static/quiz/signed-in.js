// Tells the page of the attempt, in its own tab, that it can send again.
globalThis.BroadcastChannel && new BroadcastChannel("vigie").postMessage("signed in");
