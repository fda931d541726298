// Reports the minutes in which somebody was active in a lesson: at most once a minute, and what is left when the page goes away.
//
// A sign of life is a key, the pointer, scrolling or a touch while the page is in view. Its minute counts, and so do those of the pause
// before it when that was no longer than two minutes, about what a screenful of text or a figure takes. A longer pause counts not at
// all. The server takes what can be true, and says which minutes it holds and what time it is.
const LONGEST_PAUSE_MS = 120000;
const BETWEEN_REPORTS_MS = 60000;
const KEPT_MINUTES = 10;
const MINUTE_MS = 60000;
const CLOCK_SLACK_MS = 5000;

const form = document.querySelector('form[data-active-minutes]');
const waiting = new Set();
const held = new Set();
let clockOffset = 0;
let lastSign = null;
let lastReport = Date.now(); // the server itself notes the minute in which a lesson is opened
let timer = 0;
let isStopped = false;

const minuteAt = (moment) => Math.floor((moment + clockOffset) / MINUTE_MS);

const settle = async (response) => {
  if ([400, 401, 403, 404, 409, 422].includes(response.status) || response.type === 'opaqueredirect') isStopped = true;
  if (!response.ok) return;
  const { noted, now } = await response.json();
  for (const minute of noted) {
    waiting.delete(minute);
    held.add(minute);
  }
  const offset = Date.parse(now) - Date.now();
  if (Math.abs(offset - clockOffset) > CLOCK_SLACK_MS) setClock(offset);
};

// What waits was numbered by a clock that was wrong.
const setClock = (offset) => {
  const shift = Math.round((offset - clockOffset) / MINUTE_MS);
  const moved = [...waiting].map((minute) => minute + shift);
  clockOffset = offset;
  waiting.clear();
  for (const minute of moved) waiting.add(minute);
};

// Without a connection the minutes wait for the next report, until nobody would believe them any more.
const report = async (isLast = false) => {
  clearTimeout(timer);
  timer = 0;
  const present = minuteAt(Date.now());
  for (const minute of waiting) {
    if (Math.abs(present - minute) > KEPT_MINUTES) waiting.delete(minute);
  }
  if (isStopped || waiting.size === 0) return;
  lastReport = Date.now();
  const body = new URLSearchParams(new FormData(form));
  body.set('minutes', [...waiting].join(' '));
  try {
    await settle(await fetch(form.action, {
      method: 'POST',
      body,
      headers: { Accept: 'application/json', 'X-CSRFToken': body.get('csrf_token') ?? '' },
      credentials: 'same-origin',
      redirect: 'manual',
      keepalive: isLast,
    }));
  } catch { /* offline, or not an answer of ours: they wait */ }
  if (waiting.size > 0) reportSoon();
};
const reportSoon = () => {
  if (timer || isStopped) return;
  const pause = Math.max(0, lastReport + BETWEEN_REPORTS_MS - Date.now());
  timer = setTimeout(report, pause);
};

const sign = () => {
  if (document.visibilityState !== 'visible' || isStopped) return;
  const now = Date.now();
  const wentOn = lastSign !== null && now >= lastSign && now - lastSign <= LONGEST_PAUSE_MS;
  for (let minute = minuteAt(wentOn ? lastSign : now); minute <= minuteAt(now); minute += 1) {
    if (!held.has(minute)) waiting.add(minute);
  }
  lastSign = now;
  if (waiting.size > 0) reportSoon();
};
const leave = () => {
  lastSign = null;
  report(true);
};

for (const name of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove']) {
  addEventListener(name, sign, { passive: true, capture: true });
}
document.addEventListener('scroll', sign, { passive: true, capture: true });
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') leave();
});
addEventListener('pagehide', leave);
