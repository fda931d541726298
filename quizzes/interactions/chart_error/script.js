// Chart error: where no more than so many may be picked, one pick too many is taken back and said, so that no answer is refused.
const say = document.getElementById('say');
document.addEventListener('change', ({ target }) => {
  const group = target.closest('.task-chart-error[data-most]');
  if (!group || !target.checked || group.querySelectorAll('input:checked').length <= Number(group.dataset.most)) return;
  target.checked = false;
  target.dispatchEvent(new Event('input', { bubbles: true }));
  if (say) say.textContent = group.dataset.full;
}, true);
