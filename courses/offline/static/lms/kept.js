// Lists the lessons that this browser keeps, on the page that stands for others when there is no network.
const list = document.querySelector('[data-kept-lessons]');
const {root} = list.dataset;

const fill = async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith(`papilla:${root}:lessons:`));
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const title = (await cache.match(request)).headers.get('X-Lesson');
      if (!title) continue;
      const link = document.createElement('a');
      link.href = new URL(request.url).pathname;
      link.textContent = decodeURIComponent(title);
      const entry = document.createElement('li');
      entry.append(link);
      list.append(entry);
    }
  }
  document.querySelector('[data-nothing-kept]').hidden = list.childElementCount > 0;
};

if ('caches' in window) fill();
