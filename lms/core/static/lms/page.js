// On every page: theme toggle, menu, focus on a summary of errors, no second submit while one is under way.
const root = document.documentElement;
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : systemDark.matches);

const toggle = document.querySelector('[data-theme-toggle]');
if (toggle) {
  const show = () => toggle.setAttribute('aria-pressed', String(isDark()));
  toggle.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem('lms:theme', root.dataset.theme);
    } catch { /* storage is switched off: the choice lasts for this page */ }
    show();
  });
  systemDark.addEventListener('change', show);
  show();
}

const menu = document.querySelector('[data-menu]');
if (menu) {
  document.addEventListener('click', (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.open) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });
}

document.querySelector('[data-error-summary]')?.focus();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.underWay) {
    event.preventDefault();
    return;
  }
  form.dataset.underWay = 'yes';
  event.submitter?.setAttribute('aria-busy', 'true');
});
// A page that comes back from the history cache may be submitted again.
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.underWay;
  for (const button of document.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
});

for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => print());
