// Serves lessons that were opened here when there is no network, and a page that lists them in place of any other page.
// Kept are lessons and the files that pages load, nothing else: no case, attempt, result or certificate.
const root = new URL(self.registration.scope).pathname;
const version = new URL(self.location.href).searchParams.get('v');
const prefix = `papilla:${root}:`;
const lessonsName = `${prefix}lessons:${version}`;
const filesName = `${prefix}files:${version}`;
const readerAddress = `${root}offline/reader`;
const offlineAddress = `${root}offline`;
const mostLessons = 60;
const mostFiles = 250;
// When the copy was kept that a page was given, by the id of that page.
const given = new Map();

const isLesson = (url) =>
  url.pathname.startsWith(`${root}courses/`) &&
  /^[a-z0-9-]+\/lessons\/[a-z0-9-]+$/.test(url.pathname.slice(`${root}courses/`.length));
const isFile = (url) => url.pathname.startsWith(`${root}static/`);

const keep = async (name, address, answer, most) => {
  const cache = await caches.open(name);
  await cache.put(address, answer);
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(all.length - most, 0)).map((oldest) => cache.delete(oldest)));
};

const forget = () => caches.delete(lessonsName);

const keepLesson = async (address, answer) => {
  const reader = answer.headers.get('X-Reader');
  const known = await caches.match(readerAddress, {cacheName: lessonsName});
  if (!known || (await known.text()) !== reader) await forget();
  const headers = new Headers(answer.headers);
  // The body is plain by now, whatever it was on its way.
  headers.delete('Content-Encoding');
  headers.delete('Content-Length');
  headers.set('X-Kept-At', new Date().toISOString());
  await keep(lessonsName, address, new Response(await answer.blob(), {headers}), mostLessons);
  await keep(lessonsName, readerAddress, new Response(reader), mostLessons + 1);
};

const lesson = async (request, url, pageId) => {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    const kept = await caches.match(url.pathname, {cacheName: lessonsName});
    if (!kept) return offlinePage();
    given.set(pageId, kept.headers.get('X-Kept-At'));
    return kept;
  }
  if (answer.ok && answer.headers.has('X-Reader')) await keepLesson(url.pathname, answer.clone());
  // Sent to the sign-in page: whoever read here is no longer signed in.
  else if (answer.type === 'opaqueredirect') await forget();
  else await (await caches.open(lessonsName)).delete(url.pathname);
  return answer;
};

const file = async (request, url) => {
  const kept = await caches.match(request, {cacheName: filesName});
  if (kept && url.searchParams.has('v')) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) await keep(filesName, request, answer.clone(), mostFiles);
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
};

const offlinePage = async () => (await caches.match(offlineAddress, {cacheName: filesName})) ?? Response.error();

const keepFiles = async (addresses) => {
  const cache = await caches.open(filesName);
  await Promise.all(
    addresses.map(async (address) => {
      if (await cache.match(address)) return;
      const answer = await fetch(address).catch(() => null);
      if (answer?.ok) await cache.put(address, answer);
    }),
  );
};

self.addEventListener('install', (event) => {
  const prepare = async () => {
    const page = await fetch(offlineAddress, {credentials: 'omit', cache: 'no-store'});
    const html = await page.clone().text();
    await (await caches.open(filesName)).put(offlineAddress, page);
    const found = [...html.matchAll(/(?:href|src)="([^"]*\/static\/[^"#]*)/g)];
    await keepFiles(found.map((match) => match[1].replaceAll('&amp;', '&')));
    await self.skipWaiting();
  };
  event.waitUntil(prepare());
});

self.addEventListener('activate', (event) => {
  const takeOver = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(prefix) && name !== lessonsName && name !== filesName);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(takeOver());
});

self.addEventListener('fetch', (event) => {
  const {request} = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || !url.pathname.startsWith(root)) return;
  if (request.method === 'POST' && url.pathname === `${root}sign-out`) event.waitUntil(forget());
  if (request.method !== 'GET') return;
  if (isFile(url)) event.respondWith(file(request, url));
  else if (request.mode !== 'navigate') return;
  else if (isLesson(url)) event.respondWith(lesson(request, url, event.resultingClientId));
  else event.respondWith(fetch(request).catch(offlinePage));
});

// A page tells which files it uses, for the first one loads before there is a worker; and asks whether it is a kept copy.
self.addEventListener('message', (event) => {
  const {page, files} = event.data;
  const url = new URL(page);
  const answer = async () => {
    event.source.postMessage({keptAt: given.get(event.source.id) ?? null});
    if (given.has(event.source.id)) return;
    await keepFiles(files);
    const isKept = await caches.match(url.pathname, {cacheName: lessonsName});
    if (!isKept && isLesson(url)) await lesson(new Request(url.pathname, {redirect: 'manual'}), url, '');
    event.source.postMessage({isKept: true});
  };
  if (url.origin === self.location.origin) event.waitUntil(answer());
});
