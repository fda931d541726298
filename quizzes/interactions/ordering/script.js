// Ordering: arrows, a place chosen directly, or a drag move a line and give every line its place. The selects stay the answer.
const say = document.getElementById('say');
const filled = (text, values) => Object.entries(values).reduce((made, [name, value]) => made.replace(`%(${name})s`, () => value), text);

const start = (group) => {
  const list = group.querySelector('.order');
  const items = () => [...list.children];
  const placeOf = (item) => item.querySelector('select');
  const textOf = (item) => item.querySelector('[data-text]').textContent.trim();
  const showEdges = () => {
    items().forEach((item, index, all) => {
      item.querySelector('[data-move="-1"]').disabled = index === 0;
      item.querySelector('[data-move="1"]').disabled = index === all.length - 1;
    });
  };

  // The arrows of each line come from one template, so that the page stays small.
  const template = group.querySelector('template');
  for (const item of items()) {
    const arrows = template.content.cloneNode(true);
    for (const arrow of arrows.querySelectorAll('button')) {
      arrow.setAttribute('aria-label', filled(arrow.dataset.label, { text: textOf(item) }));
    }
    placeOf(item).after(arrows);
  }

  // Each line takes the place where it stands; the form saves on this event, and what moved is said once.
  const settle = (item, control) => {
    items().forEach((one, index) => {
      placeOf(one).value = String(index + 1);
    });
    showEdges();
    placeOf(item).dispatchEvent(new Event('input', { bubbles: true }));
    if (say) say.textContent = filled(group.dataset.say, { text: textOf(item), place: placeOf(item).value, count: String(items().length) });
    if (control?.disabled) item.querySelector('[data-move]:not(:disabled)')?.focus();
    else control?.focus();
  };

  list.addEventListener('click', (event) => {
    const button = event.target.closest('[data-move]');
    if (!button) return;
    const item = button.closest('li');
    if (button.dataset.move === '-1') item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    settle(item, button);
  });
  list.addEventListener('change', ({ target }) => {
    if (!target.matches('select') || target.value === '') return;
    const item = target.closest('li');
    const others = items().filter((one) => one !== item);
    const next = others[Number(target.value) - 1];
    if (next) next.before(item);
    else list.append(item);
    settle(item, target);
  });

  let dragged = null;
  for (const item of items()) {
    item.draggable = true;
    item.addEventListener('dragstart', (event) => {
      dragged = item;
      event.dataTransfer.effectAllowed = 'move';
    });
    item.addEventListener('dragover', (event) => {
      if (dragged) event.preventDefault();
    });
    item.addEventListener('drop', (event) => {
      if (!dragged || dragged === item) return;
      event.preventDefault();
      if (items().indexOf(dragged) < items().indexOf(item)) item.after(dragged);
      else item.before(dragged);
      settle(dragged, null);
    });
    item.addEventListener('dragend', () => {
      dragged = null;
    });
  }

  // A draft that comes back fills the selects: the lines follow, those without a place last.
  document.addEventListener('lms:restored', () => {
    const at = (item) => Number(placeOf(item).value) || Infinity;
    list.append(...items().sort((one, other) => (at(one) === at(other) ? 0 : at(one) - at(other))));
    showEdges();
  });
  showEdges();
};
const startAll = (root) => root.querySelectorAll('[data-ordering]').forEach(start);
startAll(document);
document.addEventListener('lms:part', ({ target }) => startAll(target)); // a part that took the place of another
