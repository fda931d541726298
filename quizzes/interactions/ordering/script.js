// Ordering: the arrows move a line and give every line its place; dragging is an extra. The selects stay the answer.
const say = document.getElementById('say');
const filled = (text, values) => Object.entries(values).reduce((made, [name, value]) => made.replace(`%(${name})s`, () => value), text);

for (const group of document.querySelectorAll('[data-ordering]')) {
  const list = group.querySelector('.order');
  const items = () => [...list.children];
  const textOf = (item) => item.querySelector('[data-text]').textContent.trim();
  const number = () => {
    items().forEach((item, index, all) => {
      item.querySelector('select').value = String(index + 1);
      item.querySelector('[data-move="-1"]').disabled = index === 0;
      item.querySelector('[data-move="1"]').disabled = index === all.length - 1;
    });
  };
  const settle = (item, button) => {
    number();
    const place = items().indexOf(item) + 1;
    item.querySelector('select').dispatchEvent(new Event('change', { bubbles: true }));
    if (say) say.textContent = filled(group.dataset.say, { text: textOf(item), place: String(place), count: String(items().length) });
    if (button) (button.disabled ? item.querySelector('[data-move]:not(:disabled)') : button)?.focus();
  };
  list.addEventListener('click', (event) => {
    const button = event.target.closest('[data-move]');
    if (!button) return;
    const item = button.closest('li');
    if (button.dataset.move === '-1') item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    settle(item, button);
  });
  const edges = () => {
    items().forEach((item, index, all) => {
      item.querySelector('[data-move="-1"]').disabled = index === 0;
      item.querySelector('[data-move="1"]').disabled = index === all.length - 1;
    });
  };
  edges();

  let dragged = null;
  for (const item of items()) {
    item.draggable = true;
    item.addEventListener('dragstart', (event) => { dragged = item; event.dataTransfer.effectAllowed = 'move'; });
    item.addEventListener('dragover', (event) => { if (dragged) event.preventDefault(); });
    item.addEventListener('drop', (event) => {
      event.preventDefault();
      if (!dragged || dragged === item) return;
      if (items().indexOf(dragged) < items().indexOf(item)) item.after(dragged);
      else item.before(dragged);
      settle(dragged, null);
      dragged = null;
    });
    item.addEventListener('dragend', () => { dragged = null; });
  }
}
