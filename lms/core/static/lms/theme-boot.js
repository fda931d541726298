// Runs before the first paint: tells the style sheets that scripts work, and applies a theme chosen earlier.
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  try {
    const theme = localStorage.getItem('lms:theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch { /* storage is switched off: the system's theme stands */ }
})();
