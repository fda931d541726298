// Lets the browser keep a lesson that was opened, marks those it has, and says so when this page is such a copy.
// Without this script, without HTTPS or without service workers lessons need a network, as every other page does.
const frame = document.querySelector('[data-offline-worker]');
const {offlineWorker, offlineRoot} = frame.dataset;
const prefix = `papilla:${offlineRoot}:lessons:`;

const markKept = async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
  const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  const paths = new Set(kept.flat().map((request) => new URL(request.url).pathname));
  for (const link of document.querySelectorAll('.outline a')) {
    if (!paths.has(link.pathname) || link.querySelector('.kept-offline')) continue;
    link.lastElementChild.append(frame.querySelector('[data-offline-chip]').content.cloneNode(true));
  }
};

const tellCopy = (keptAt) => {
  const notice = frame.querySelector('[data-offline-notice]').content.firstElementChild.cloneNode(true);
  const time = notice.querySelector('time');
  time.dateTime = keptAt;
  time.textContent = new Date(keptAt).toLocaleString(document.documentElement.lang, {
    dateStyle: 'long',
    timeStyle: 'short',
  });
  document.querySelector('[data-lesson]').prepend(notice);
  for (const button of document.querySelectorAll('main form[method="post"] button')) button.disabled = true;
};

const begin = async () => {
  const policy = window.trustedTypes?.createPolicy('papilla-worker', {
    createScriptURL: (address) => {
      if (address !== offlineWorker) throw new TypeError(address);
      return address;
    },
  });
  const address = policy ? policy.createScriptURL(offlineWorker) : offlineWorker;
  navigator.serviceWorker.addEventListener('message', ({data}) => {
    if (data.keptAt) tellCopy(data.keptAt);
    markKept();
  });
  await navigator.serviceWorker.register(address, {scope: offlineRoot});
  const {active} = await navigator.serviceWorker.ready;
  const files = performance
    .getEntriesByType('resource')
    .map(({name}) => name.split('#')[0])
    .filter((name) => new URL(name).pathname.startsWith(`${offlineRoot}static/`));
  active.postMessage({page: location.href, files: [...new Set(files)]});
};

if (window.isSecureContext && 'serviceWorker' in navigator) {
  begin().catch(() => {
    // The browser refuses workers, in a private window for example: lessons need a network there.
  });
}
