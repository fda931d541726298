// The case player's extras. Every control is a native form control that posts without this script.
const form = document.getElementById('case');
const boxes = [...form.querySelectorAll('.stmt > input')];
const list = form.querySelector('[data-flag-list]');
const emptyHint = form.querySelector('[data-flags-empty]');
const heading = document.getElementById('flags');
const say = document.getElementById('say');
const rowTemplate = document.getElementById('flag-row');
const textOf = (box) => box.parentElement.querySelector('.stmt-text').textContent.trim();
const filled = (text, name, value) => text.replace(`%(${name})s`, () => value);
const flagged = () => boxes.filter((box) => box.checked);

// Flags: the list beside the record, its counts, and one polite sentence for each change.
const flagRow = (box, index) => {
  const row = rowTemplate.content.firstElementChild.cloneNode(true);
  const text = row.querySelector('.flag-text');
  const remove = row.querySelector('button');
  text.textContent = textOf(box);
  text.title = textOf(box);
  remove.setAttribute('aria-label', filled(remove.dataset.label, 'text', textOf(box)));
  remove.addEventListener('click', () => {
    box.checked = false;
    box.dispatchEvent(new Event('change', { bubbles: true }));
    const next = list.querySelectorAll('button');
    (next[Math.min(index, next.length - 1)] ?? heading).focus();
  });
  return row;
};
const showFlags = () => {
  if (!list) return;
  const on = flagged();
  list.replaceChildren(...on.map(flagRow));
  list.hidden = on.length === 0;
  emptyHint.hidden = on.length > 0;
  for (const count of document.querySelectorAll('[data-flag-count]')) {
    count.textContent = filled(count.dataset.flagCount, 'count', String(on.length));
  }
};
const announce = (box) => {
  const change = filled(box.checked ? say.dataset.flagged : say.dataset.unflagged, 'text', textOf(box));
  const count = filled(document.querySelector('[data-flag-count]').dataset.flagCount, 'count', String(flagged().length));
  say.textContent = `${change} ${count}`;
};
form.addEventListener('change', (event) => {
  if (!boxes.includes(event.target)) return;
  showFlags();
  announce(event.target);
});

// Keys: up and down between statements; Enter in a field does not commit the decision by accident.
boxes.forEach((box, index) => {
  box.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && boxes[index + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
});
form.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.matches('input')) event.preventDefault();
});

// Pen: a drag with the mouse across several lines flags each of them. Never needed: each line can be chosen alone.
let start = null;
form.addEventListener('pointerdown', (event) => {
  const row = event.pointerType === 'mouse' && event.button === 0 ? event.target.closest('.stmt') : null;
  start = row && { row, x: event.clientX, y: event.clientY };
});
form.addEventListener('pointerup', (event) => {
  const end = event.target.closest?.('.stmt');
  if (!start || !end || end === start.row || Math.hypot(event.clientX - start.x, event.clientY - start.y) < 8) return;
  const rows = boxes.map((box) => box.parentElement);
  const [first, last] = [rows.indexOf(start.row), rows.indexOf(end)].sort((one, other) => one - other);
  for (const box of boxes.slice(first, last + 1)) {
    if (box.checked) continue;
    box.checked = true;
    box.dispatchEvent(new Event('change', { bubbles: true }));
  }
});

// Numbers: plus and minus for the pointer, outside the tab order.
const buttons = document.getElementById('num-buttons');
for (const frame of form.querySelectorAll('[data-num]')) {
  const input = frame.querySelector('input');
  frame.append(buttons.content.cloneNode(true));
  for (const button of frame.querySelectorAll('button')) {
    button.addEventListener('click', () => {
      if (button.dataset.step === '1') input.stepUp();
      else input.stepDown();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }
}

// Rulers mirror the two depths of their zone: 0 to 3 mm between x = 8 and x = 332.
const PER_MM = 108;
const MAXIMUM_MM = 3;
for (const zone of form.querySelectorAll('[data-zone]')) {
  const [from, to] = zone.querySelectorAll('input[type="number"]');
  const band = zone.querySelector('[data-band]');
  const draw = () => {
    const given = from.value !== '' && to.value !== '';
    const depths = [from.value, to.value].map((text) => Math.min(MAXIMUM_MM, Math.max(0, Number(text))));
    const [low, high] = depths.sort((one, other) => one - other);
    band.setAttribute('visibility', given ? 'visible' : 'hidden');
    band.setAttribute('x', String(8 + low * PER_MM));
    band.setAttribute('width', String(Math.max(2, (high - low) * PER_MM)));
  };
  zone.addEventListener('input', draw);
  document.addEventListener('lms:restored', draw);
  draw();
}

// The plan is asked only where the decision treats, and not at every visit; style sheets do this alone where :has() is known.
const plan = form.querySelector('[data-plan]');
const showPlan = () => {
  if (!plan) return;
  const action = form.querySelector('input[name="action"]:checked');
  plan.hidden = Boolean(action) && !action.hasAttribute('data-treats');
};
form.addEventListener('change', showPlan);
document.addEventListener('lms:restored', () => {
  showFlags();
  showPlan();
});
showFlags();
showPlan();

// Dock on phones: leaves once the decision is on screen.
const dock = document.querySelector('[data-dock]');
new IntersectionObserver(([entry]) => dock.toggleAttribute('data-done', entry.isIntersecting), {
  rootMargin: '0px 0px -35% 0px',
}).observe(document.getElementById('decision'));
