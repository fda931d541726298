// Hotspot: the drawing mirrors the list, and a place in it may be clicked. The list stays the answer.
const say = document.getElementById('say');
const start = (group) => {
  const inputs = [...group.querySelectorAll('input')];
  const spots = [...group.querySelectorAll('[data-spot]')];
  const mirror = () => {
    for (const spot of spots) {
      spot.classList.toggle('is-chosen', inputs.some((input) => input.checked && input.value === spot.dataset.spot));
    }
  };
  group.addEventListener('change', ({ target }) => {
    const isOver = group.dataset.most && group.querySelectorAll('input:checked').length > Number(group.dataset.most);
    if (target.checked && isOver) {
      target.checked = false;
      target.dispatchEvent(new Event('input', { bubbles: true }));
      if (say) say.textContent = group.dataset.full;
    }
    mirror();
  });
  // A click on the drawing is one on the control of that place, which tells everything else.
  for (const spot of spots) {
    spot.addEventListener('click', () => inputs.find((input) => input.value === spot.dataset.spot)?.click());
  }
  document.addEventListener('lms:restored', mirror);
  mirror();
};
const startAll = (root) => root.querySelectorAll('[data-hotspot]').forEach(start);
startAll(document);
document.addEventListener('lms:part', ({ target }) => startAll(target)); // a part that took the place of another
