// Knowledge checks: an answer is sent without leaving the page, and what comes back takes the place of the check.
// Whatever else comes back (no network, another sign-in) is left to the browser, which sends the form itself.
document.addEventListener('submit', (event) => {
  const form = event.target;
  const id = form.dataset.check;
  if (!id) return;
  event.preventDefault();
  const plainly = () => form.submit();
  const request = new XMLHttpRequest();
  request.open('POST', form.action);
  request.setRequestHeader('X-Part', 'check');
  request.responseType = 'document'; // parsed by the browser: no script in it runs, and no text becomes markup here
  request.addEventListener('error', plainly);
  request.addEventListener('load', () => {
    const part = request.response?.getElementById(id);
    if (!part) {
      plainly();
      return;
    }
    document.getElementById(id).replaceWith(document.adoptNode(part));
    part.dispatchEvent(new Event('lms:part', { bubbles: true }));
    document.getElementById(`${id}-answer`).focus();
  });
  request.send(new URLSearchParams(new FormData(form)));
});
