// Copy buttons: data-copy holds the text, data-copied what the button says afterwards; a status element repeats it.
for (const button of document.querySelectorAll('button[data-copy]')) {
  const label = button.querySelector('[data-label]') ?? button;
  const before = label.textContent;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // Without permission the text is offered for copying by hand.
      const field = document.getElementById(button.dataset.copyField ?? '');
      field?.focus();
      field?.select?.();
      return;
    }
    label.textContent = button.dataset.copied;
    const status = document.getElementById(button.dataset.copyStatus ?? '');
    if (status) status.textContent = button.dataset.copied;
    setTimeout(() => {
      label.textContent = before;
      if (status) status.textContent = '';
    }, 4000);
  });
}
