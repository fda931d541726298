// The clock of a timed attempt. The server owns the deadline; the clock only counts towards it, in the server's time.
const clock = document.getElementById('clock');
const say = document.getElementById('clock-say');
const left = clock.querySelector('[data-left]');
const deadline = Date.parse(clock.dataset.deadline);
const offset = Date.parse(clock.dataset.now) - Date.now();
const announcements = [[600, clock.dataset.sayTen], [300, clock.dataset.sayFive], [60, clock.dataset.sayOne]];
const secondsLeft = () => Math.max(0, Math.ceil((deadline - Date.now() - offset) / 1000));
const FLUSH_SECONDS = 4;
let before = secondsLeft();
let isFlushed = false;
let ticking = 0;

const shown = (seconds) => {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const pair = (number) => String(number).padStart(2, '0');
  return hours ? `${hours}:${pair(minutes)}:${pair(seconds % 60)}` : `${minutes}:${pair(seconds % 60)}`;
};

// The server closes the attempt when the page is read past the deadline; once per deadline is enough.
const reloadOnce = () => {
  const key = `lms:over:${clock.dataset.deadline}`;
  try {
    if (sessionStorage.getItem(key)) return;
    sessionStorage.setItem(key, 'yes');
  } catch {
    return;
  }
  location.reload();
};

const tick = () => {
  const now = secondsLeft();
  left.textContent = now ? shown(now) : clock.dataset.textOver;
  clock.toggleAttribute('data-low', now < 300);
  for (const [seconds, text] of announcements) if (before > seconds && now <= seconds && now > 0) say.textContent = text;
  before = now;
  if (now <= FLUSH_SECONDS && !isFlushed) {
    isFlushed = true;
    document.dispatchEvent(new CustomEvent('lms:flush'));
  }
  if (now === 0) {
    clearInterval(ticking);
    say.textContent = clock.dataset.textOver;
    delete clock.dataset.hidden;
    setTimeout(reloadOnce, 1500);
  }
};

const hide = clock.querySelector('[data-hide-clock]');
const setHidden = (hidden) => {
  clock.toggleAttribute('data-hidden', hidden);
  hide.setAttribute('aria-pressed', String(hidden));
};
hide.addEventListener('click', () => {
  setHidden(!clock.hasAttribute('data-hidden'));
  try {
    sessionStorage.setItem('lms:clock', clock.hasAttribute('data-hidden') ? 'hidden' : 'shown');
  } catch { /* storage is switched off: the choice lasts for this page */ }
});
try {
  setHidden(sessionStorage.getItem('lms:clock') === 'hidden');
} catch { /* storage is switched off: the clock is shown */ }
ticking = setInterval(tick, 1000);
tick();
