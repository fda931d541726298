// The reader's extras: the meaning of a word and a source shown in place, figures in a dialog, everything open in print.
// Without this script words and citations lead to their lists at the end, and the figures are as large as the page lets them.
const lesson = document.querySelector('[data-lesson]');
const hasPopovers = 'popover' in HTMLElement.prototype;
// A meaning that stands beside its word can be reached by the pointer; where it cannot stand there, hovering shows none.
const canHover = CSS.supports('anchor-scope: --word');

// Words: their meaning on hover, on focus and on tap; one at a time. Escape closes it, and so does going elsewhere.
let shown = null;
const hide = () => {
  if (shown?.matches(':popover-open')) shown.hidePopover();
  shown = null;
};
const show = (meaning) => {
  if (shown === meaning) return;
  hide();
  meaning.showPopover();
  shown = meaning;
};
const explain = (term) => {
  const link = term.querySelector('a');
  const meaning = term.querySelector('.term-definition');
  meaning.popover = 'manual';
  term.addEventListener('pointerenter', (event) => {
    if (canHover && event.pointerType !== 'touch') show(meaning);
  });
  term.addEventListener('pointerleave', (event) => {
    if (event.pointerType !== 'touch' && !term.contains(document.activeElement)) hide();
  });
  link.addEventListener('focus', () => show(meaning));
  link.addEventListener('blur', () => {
    if (shown === meaning && !term.matches(':hover')) hide();
  });
  // The first tap shows the meaning; whoever sees it, or presses Enter, goes on to the list.
  let wasShown = false;
  link.addEventListener('pointerdown', () => {
    wasShown = shown === meaning;
  });
  link.addEventListener('click', (event) => {
    if (event.detail === 0 || wasShown) return;
    event.preventDefault();
    show(meaning);
  });
};
if (hasPopovers) {
  for (const term of lesson.querySelectorAll('.term')) explain(term);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });
  document.addEventListener('pointerdown', (event) => {
    if (shown && !shown.parentElement.contains(event.target)) hide();
  });
}

// Citations: the entry of the list of sources, beside its number. The browser closes it on Escape and on a click elsewhere.
const noteFrame = document.getElementById('source-note');
const cite = (link) => {
  const source = document.getElementById(link.hash.slice(1));
  if (!source) return;
  const note = noteFrame.content.firstElementChild.cloneNode(true);
  note.setAttribute('aria-label', link.getAttribute('aria-label'));
  link.setAttribute('aria-expanded', 'false');
  link.after(note);
  let wasOpen = false;
  link.addEventListener('pointerdown', () => {
    wasOpen = note.matches(':popover-open');
  });
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (wasOpen && event.detail > 0) return;
    note.replaceChildren(...[...source.childNodes].map((node) => node.cloneNode(true)));
    note.showPopover();
    note.focus();
  });
  note.addEventListener('beforetoggle', (event) => link.setAttribute('aria-expanded', String(event.newState === 'open')));
  note.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !note.contains(event.relatedTarget)) note.hidePopover();
  });
};
if (hasPopovers) {
  for (const link of lesson.querySelectorAll('.cite a')) cite(link);
}

// Figures: the drawing itself moves into the dialog, so that its ids stay unique; a likeness keeps its place meanwhile.
const dialog = document.getElementById('figure-dialog').content.firstElementChild.cloneNode(true);
const large = dialog.querySelector('.figure-large');
const button = document.getElementById('enlarge-button').content.firstElementChild;
let putBack = null;
const enlarge = (drawing, title) => {
  const likeness = drawing.cloneNode(true);
  for (const part of likeness.querySelectorAll('[id]')) part.removeAttribute('id');
  drawing.replaceWith(likeness);
  dialog.querySelector('h2').textContent = title;
  large.replaceChildren(drawing);
  putBack = () => likeness.replaceWith(drawing);
  dialog.showModal();
};
dialog.addEventListener('close', () => {
  putBack?.();
  putBack = null;
});
document.body.append(dialog);
for (const figure of lesson.querySelectorAll('.figure')) {
  const drawing = figure.querySelector('.figure-drawing');
  const caption = figure.querySelector('figcaption > p');
  if (!drawing || !caption) continue;
  const opener = button.cloneNode(true);
  const title = caption.textContent.trim();
  opener.setAttribute('aria-label', opener.dataset.label.replace('%(title)s', () => title));
  opener.addEventListener('click', () => enlarge(drawing, title));
  caption.after(opener);
}

// Print: what is folded opens, and closes again afterwards.
let folded = [];
addEventListener('beforeprint', () => {
  folded = [...lesson.querySelectorAll('details:not([open])')];
  for (const one of folded) one.open = true;
});
addEventListener('afterprint', () => {
  for (const one of folded) one.open = false;
});

// A long outline beside the text shows the place where one is.
const outline = document.querySelector('.outline');
const here = outline?.querySelector('[aria-current]');
if (here && outline.scrollHeight > outline.clientHeight) outline.scrollTop = here.offsetTop - outline.clientHeight / 3;
