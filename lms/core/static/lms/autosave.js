// Saves the answer on the server as it is given, and keeps it in the browser until the server has acknowledged it.
//
// The form names where: data-save-url, data-draft (attempt and case), data-revision, data-saved-at, data-now. Every save sends the
// whole form with a rising `revision` and a random `tab`; one request at a time, the newest content wins. Every page of an attempt
// says what the server holds: data-acknowledged lists attempt/case@time, or attempt/case@decided for good.
const PREFIX = 'lms:draft:';
const DEBOUNCE_MS = 400;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60000;
const LONGEST_SAVE_MS = 15000;
const UNSAVED = new Set(['csrf_token', 'intent']);

const storage = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + key));
    } catch {
      return null;
    }
  },
  write(key, draft) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(draft));
    } catch { /* full or switched off: the server is the only copy */ }
  },
  remove(key) {
    try {
      localStorage.removeItem(PREFIX + key);
    } catch { /* nothing was stored */ }
  },
};

class Autosave {
  constructor(form, status) {
    this.form = form;
    this.status = status;
    this.key = form.dataset.draft;
    this.tab = crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join('');
    this.revision = Number(form.dataset.revision) || 0;
    this.clockOffset = Date.parse(form.dataset.now) - Date.now();
    this.waiting = 0;
    this.isSending = false;
    this.isDirty = false;
    this.isStopped = false;
    this.retryMs = FIRST_RETRY_MS;
    this.controls = () => [...form.elements].filter((control) => control.name && !UNSAVED.has(control.name));
  }

  start() {
    const changed = () => this.changed();
    this.form.addEventListener('input', changed);
    this.form.addEventListener('change', changed);
    this.form.addEventListener('submit', (event) => this.submitted(event));
    addEventListener('online', () => this.isDirty && this.sendSoon(0));
    addEventListener('pagehide', () => this.flush());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.flush();
      else if (this.isDirty) this.sendSoon(0);
    });
    document.addEventListener('lms:flush', () => this.isDirty && this.sendSoon(0));
    this.restore();
  }

  serverNow() {
    return Date.now() + this.clockOffset;
  }

  entries() {
    return [...new FormData(this.form)].filter(([name]) => !UNSAVED.has(name));
  }

  changed() {
    if (this.isStopped) return;
    this.isDirty = true;
    this.retryMs = FIRST_RETRY_MS;
    storage.write(this.key, { entries: this.entries(), at: this.serverNow() });
    if (['idle', 'saved'].includes(this.status.dataset.state)) this.show('saving', this.status.dataset.textSaving);
    this.sendSoon(DEBOUNCE_MS);
  }

  // A draft counts only while the server has nothing newer, for instance from another device. What was given while a save was under
  // way is older than that save and yet no part of it: a draft that is older by no more than a save may last still counts.
  restore() {
    const draft = storage.read(this.key);
    if (!draft) return;
    const savedAt = Date.parse(this.form.dataset.savedAt) || 0;
    const isStored = !Array.isArray(draft.entries) || JSON.stringify(draft.entries) === JSON.stringify(this.entries());
    if (isStored || draft.at + LONGEST_SAVE_MS <= savedAt) {
      storage.remove(this.key);
      return;
    }
    for (const control of this.controls()) {
      const values = draft.entries.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === 'checkbox' || control.type === 'radio') control.checked = values.includes(control.value);
      else if (control.type !== 'hidden' && control.type !== 'submit') control.value = values[0] ?? '';
    }
    document.dispatchEvent(new CustomEvent('lms:restored'));
    this.isDirty = true;
    this.sendSoon(0);
  }

  sendSoon(delayMs) {
    clearTimeout(this.waiting);
    if (!this.isStopped) this.waiting = setTimeout(() => this.send(), delayMs);
  }

  request(isLast) {
    this.revision += 1;
    const body = new URLSearchParams(new FormData(this.form));
    body.delete('intent');
    body.set('revision', String(this.revision));
    body.set('tab', this.tab);
    return fetch(this.form.dataset.saveUrl, {
      method: 'POST',
      body,
      headers: { Accept: 'application/json', 'X-CSRFToken': body.get('csrf_token') ?? '' },
      credentials: 'same-origin',
      redirect: 'manual',
      keepalive: isLast,
    });
  }

  async send() {
    if (this.isSending || this.isStopped || !this.isDirty) return;
    this.isSending = true;
    this.isDirty = false;
    this.show('saving', this.status.dataset.textSaving);
    let response = null;
    try {
      response = await this.request(false);
    } catch { /* offline: answered below */ }
    this.isSending = false;
    if (this.isStopped) return;
    await this.settle(response);
  }

  async settle(response) {
    if (response?.ok) return this.acknowledged(response);
    this.isDirty = true;
    const status = response?.status ?? 0;
    if (response && (response.type === 'opaqueredirect' || [400, 401, 403].includes(status))) {
      return this.show('signed-out', this.status.dataset.textSignedOut);
    }
    if ([404, 409, 410].includes(status)) {
      this.isStopped = true;
      return this.show('refused', this.status.dataset.textClosed);
    }
    if (status === 413 || status === 422) return this.show('refused', this.status.dataset.textRefused);
    this.show('kept', this.status.dataset.textKept);
    const asked = Number(response?.headers.get('Retry-After')) * 1000;
    this.sendSoon(asked > 0 ? asked : this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    return undefined;
  }

  async acknowledged(response) {
    this.retryMs = FIRST_RETRY_MS;
    let savedAt = null;
    try {
      savedAt = new Date((await response.json()).saved_at);
    } catch { /* an answer without a time still is an acknowledgement */ }
    if (this.isDirty) return this.sendSoon(0);
    storage.remove(this.key);
    const moment = savedAt && !Number.isNaN(savedAt.getTime()) ? savedAt : new Date(this.serverNow());
    return this.show('saved', this.status.dataset.textSaved.replace('%(time)s', () => this.clockTime(moment)));
  }

  // In the zone the server's pages use; in the browser's own where that name is unknown to it.
  clockTime(moment) {
    const digits = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
    try {
      return moment.toLocaleTimeString('en-GB', { ...digits, timeZone: this.status.dataset.zone || undefined });
    } catch {
      return moment.toLocaleTimeString('en-GB', digits);
    }
  }

  // Text changes only with the state, so that a screen reader hears each state once.
  show(state, text) {
    const label = this.status.querySelector('[data-text]');
    this.status.dataset.state = state;
    if (label.textContent !== text) label.textContent = text;
  }

  // Leaving the page: the last content goes out in a request that outlives it; the draft stays until acknowledged.
  flush() {
    if (!this.isDirty || this.isStopped) return;
    clearTimeout(this.waiting);
    this.request(true).catch(() => {});
  }

  // The form itself now carries everything; its draft is dropped by the next page that says the server holds it.
  submitted(event) {
    if (event.defaultPrevented) return;
    clearTimeout(this.waiting);
    this.isStopped = true;
    const draft = storage.read(this.key);
    if (draft) storage.write(this.key, { ...draft, leftAt: this.serverNow() });
    addEventListener('pageshow', () => {
      this.isStopped = false;
    }, { once: true });
  }
}

const form = document.querySelector('form[data-save-url]');
for (const { dataset } of document.querySelectorAll('[data-acknowledged]')) {
  for (const entry of dataset.acknowledged.split(' ').filter(Boolean)) {
    const [key, moment] = entry.split('@');
    if (moment === 'decided' || storage.read(key)?.leftAt <= Date.parse(moment)) storage.remove(key);
  }
}
if (form) new Autosave(form, document.getElementById('save-state')).start();
