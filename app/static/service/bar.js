// The address bar. Safari takes a hundred changes of it in ten seconds, Firefox two hundred; each more is an error there, and Chrome drops it.

const WITHIN = 10_000; // ms
const FREE = 20; // changes of so long that are made at once
const PAUSE = 250; // ms between those beyond

let times = []; // of the last changes
let waiting = null; // the change that is still to be made: {kept, address, push}
let timer = 0;

/** Put an address there, with what is `kept` beside it; only the newest, where they come fast. `push`: Back leads to the one before. */
export function put(kept, address, push) {
  if (push && waiting && !waiting.push) change(); // what Back leads to is whole
  waiting = { kept, address, push: push || Boolean(waiting?.push) };
  if (!timer) soon();
}

/** Another entry is there: what waits was meant for the one before. */
export function forget() {
  waiting = null;
}

function soon() {
  timer = 0;
  if (!waiting) return;
  const now = performance.now();
  times = times.filter((time) => now - time < WITHIN);
  const wait = times.length < FREE ? 0 : times.at(-1) + PAUSE - now;
  if (wait > 0) timer = setTimeout(soon, wait);
  else change();
}

function change() {
  const { kept, address, push } = waiting;
  waiting = null;
  if (address === location.href && kept?.given === history.state?.given) return;
  times.push(performance.now());
  history[push ? "pushState" : "replaceState"](kept, "", address);
}
