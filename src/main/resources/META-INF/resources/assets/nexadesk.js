// Small conveniences; every page works without them.
// Times are shown in the browser's time zone, from the second page on, unless another one is preferred.
document.cookie = `nexadesk-browser-zone=${Intl.DateTimeFormat().resolvedOptions().timeZone}; path=/; max-age=31536000; samesite=lax`;

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  await navigator.clipboard.writeText(textOf(document.getElementById(button.dataset.copy)));
  const label = button.querySelector('span');
  const before = label.textContent;
  label.textContent = 'Copied';
  announce('Copied to the clipboard.');
  setTimeout(() => { label.textContent = before; }, 2000);
});

function textOf(element) {
  if (!element.matches('.headers')) return element.textContent;
  return [...element.children].map(header => [...header.children].map(part => part.textContent).join(': ')).join('\n');
}

// "All events" disables single events, and so does "all" of a group.
function freeze(everything) {
  everything.form.querySelectorAll('input[name=events]').forEach(box => {
    const all = box.closest('.choice-group').querySelector('[data-all]');
    box.disabled = everything.checked && box !== everything || all && all.checked && box !== all;
  });
}
const everything = document.querySelector('[data-everything]');
if (everything) {
  freeze(everything);
  everything.form.addEventListener('change', () => freeze(everything));
}

// A double click sends a form once. A later click sends it again, for people who stopped the page from loading.
const DOUBLE_CLICK_MILLIS = 700;
const LONGEST_SAVE_MILLIS = 8000;
document.addEventListener('submit', event => {
  const button = event.submitter;
  if (event.target.method !== 'post' || !button || event.defaultPrevented || event.target.hasAttribute('hx-post')) return;
  const form = event.target;
  if (Date.now() - form.dataset.sent < DOUBLE_CLICK_MILLIS) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = Date.now();
  if (form.hasAttribute('data-stay')) sessionStorage.setItem('stay', JSON.stringify([location.href, scrollY]));
  button.setAttribute('aria-disabled', 'true');
  const label = button.querySelector('span');
  if (button.dataset.busy && label.textContent !== button.dataset.busy) {
    button.dataset.idle = label.textContent;
    label.textContent = button.dataset.busy;
    announce(button.dataset.busy);
    setTimeout(() => release(form), LONGEST_SAVE_MILLIS);
  }
});

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll('[aria-disabled]').forEach(button => {
    button.removeAttribute('aria-disabled');
    if (button.dataset.idle) button.querySelector('span').textContent = button.dataset.idle;
  });
}

// After submitting the form of a row, the scroll position is kept.
const stay = JSON.parse(sessionStorage.getItem('stay') ?? 'null');
sessionStorage.removeItem('stay');
if (stay?.[0] === location.href) scrollTo(0, stay[1]);
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(release));

// The URL contains only the filters that are set.
document.addEventListener('htmx:configRequest', event => {
  if (event.detail.verb !== 'get') return;
  for (const [name, value] of [...event.detail.formData]) {
    if (value === '') event.detail.formData.delete(name);
  }
});

// A confirmation page that htmx fetched is shown as a dialog; focus returns to its link by itself.
const dialog = document.getElementById('dialog');
const flash = document.getElementById('flash');
document.addEventListener('htmx:afterSwap', event => {
  if (event.detail.target === dialog && !dialog.open) dialog.showModal();
});
dialog?.addEventListener('click', event => {
  if (event.target === dialog || event.target.closest('[data-close]')) {
    event.preventDefault();
    dialog.close();
  }
});
dialog?.addEventListener('close', () => dialog.replaceChildren());

// Retries the selected deliveries together.
document.addEventListener('change', event => {
  if (event.target.matches('[data-select-all]')) {
    picks().forEach(box => { box.checked = event.target.checked; });
  }
  if (event.target.matches('[data-select-all], .pick input')) select();
});

function picks() {
  return [...document.querySelectorAll('.pick input')];
}

function select() {
  const boxes = picks();
  const checked = boxes.filter(box => box.checked).length;
  const all = document.querySelector('[data-select-all]');
  all.checked = checked > 0 && checked === boxes.length;
  all.indeterminate = checked > 0 && checked < boxes.length;
  document.querySelector('[data-selected]').textContent = checked > 0 ? `Retry ${checked} selected` : 'Retry selected';
}

// Content replaced by htmx stays open, and its changes are announced to screen readers.
let before = null;
document.addEventListener('htmx:beforeSwap', event => {
  const target = event.detail.target;
  before = target && {
    open: [...target.querySelectorAll('details[id][open]')].map(details => details.id),
    words: target.querySelector('[data-announce]')?.textContent,
    lines: target.id === 'rows' ? target.children.length : null
  };
});
document.addEventListener('htmx:afterSettle', event => {
  const target = document.getElementById(event.detail.target?.id);
  if (!target || !before) return;
  for (const id of before.open) document.getElementById(id)?.setAttribute('open', '');
  const words = target.querySelector('[data-announce]');
  if (words && (target.id === 'log' || words.textContent !== before.words)) announce(words.textContent);
  if (before.lines !== null) goOn(target, before.lines);
  before = null;
});

// The first loaded line gets the focus, because the link that loaded it is gone. If there is none, the next link gets it.
function goOn(rows, lines) {
  const more = document.getElementById('more');
  const row = rows.children[lines];
  // Going back shows as many lines as before.
  const here = new URL(location.href);
  here.searchParams.set('lines', rows.children.length);
  history.replaceState(history.state, '', here);
  announce(row ? `${rows.children.length - lines} more.` : more.textContent);
  row?.setAttribute('tabindex', '-1');
  (row?.querySelector('.row-link') ?? row ?? more.querySelector('a') ?? more).focus();
  if (document.querySelector('[data-select-all]')) select();
}

// Errors are shown at the top of the page, which may be out of sight, also if there is no connection.
// A page that polls shows an error once and does not scroll.
document.addEventListener('htmx:sendError', event => {
  if (isSaid() && !isAsked(event)) return;
  flash.replaceChildren(document.getElementById('offline').content.cloneNode(true));
  if (isAsked(event)) flash.scrollIntoView({ block: 'nearest' });
});
document.addEventListener('htmx:beforeOnLoad', event => {
  if (event.detail.xhr.status < 400) flash.querySelector('[data-passing]')?.remove();
});
document.addEventListener('htmx:beforeSwap', event => {
  if (event.detail.target === flash && isSaid() && !isAsked(event)) event.detail.shouldSwap = false;
});
document.addEventListener('htmx:afterSwap', event => {
  if (event.detail.target === flash && isAsked(event)) flash.scrollIntoView({ block: 'nearest' });
});

function isSaid() {
  return flash.querySelector('[data-passing]') !== null;
}

function isAsked(event) {
  return Boolean(event.detail.requestConfig.triggeringEvent);
}

// A menu closes when an item is chosen or something else is clicked. A dialog opened from it returns the focus to it.
document.addEventListener('click', event => {
  document.querySelectorAll('.menu[open]').forEach(menu => {
    const isChosen = menu.contains(event.target.closest('.menu > div a'));
    if (isChosen) menu.querySelector('summary').focus();
    if (isChosen || !menu.contains(event.target)) menu.open = false;
  });
});

// Single-key shortcuts, unless they are switched off. Rows are selected by their links, which Enter opens.
const shortcutList = document.getElementById('shortcuts');
const shortcuts = {
  '/': () => document.querySelector('main input[type=search]')?.focus(),
  'j': () => line(1),
  'k': () => line(-1),
  'r': () => document.getElementById('retry')?.focus(),
  '?': () => {
    dialog.replaceChildren(shortcutList.content.cloneNode(true));
    dialog.showModal();
  }
};
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') leave(event.target);
  const shortcut = shortcuts[event.key];
  const isTyping = event.target.closest('input:not([type=checkbox], [type=radio]), textarea, select');
  if (!shortcutList || !shortcut || isTyping || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  shortcut();
});

function line(step) {
  const links = [...document.querySelectorAll('main .row-link')];
  const here = links.indexOf(document.activeElement?.closest('tr')?.querySelector('.row-link'));
  const next = here < 0 ? links.at(step > 0 ? 0 : -1) : links[here + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function leave(element) {
  const menu = element.closest('.menu[open]') ?? document.querySelector('.menu[open]');
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  } else if (element.matches('main input[type=search]')) {
    element.blur();
  }
}

// Ctrl+K opens the palette. Its script is loaded when first needed.
const palette = document.getElementById('palette');
document.addEventListener('keydown', event => {
  if (!palette || event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (palette.open) palette.close();
  else if (!dialog.open) openPalette();
});
document.addEventListener('click', event => {
  if (event.target.closest('[data-palette]')) openPalette();
  else if (event.target === palette) palette.close();
});

async function openPalette() {
  (await import(palette.dataset.script)).open();
}

// The URL of an attempt opens it.
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches('details')) {
    target.open = true;
    target.scrollIntoView();
    target.querySelector('summary').focus({ preventScroll: true });
  }
}
addEventListener('hashchange', openTarget);
openTarget();

// Samples are shown in the language chosen last.
document.addEventListener('change', event => {
  if (event.target.matches('.samples input')) localStorage.setItem('language', event.target.value);
});
document.querySelectorAll('.samples input').forEach(tab => {
  if (tab.value === localStorage.getItem('language')) tab.checked = true;
});

// Relative times go on, in the same words as those of the server.
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
setInterval(() => document.querySelectorAll('time.ago').forEach(time => {
  const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
  const age = Math.abs(seconds);
  const words = age < 60 ? ago.format(Math.trunc(seconds), 'second')
    : age < 3600 ? ago.format(Math.trunc(seconds / 60), 'minute')
    : age < 86400 ? ago.format(Math.round(seconds / 3600), 'hour')
    : ago.format(Math.round(seconds / 86400), 'day');
  if (time.textContent !== words) time.textContent = words;
}), 1000);

// Live regions are read only when they change, so the flash message of a new page is set again.
if (flash?.firstElementChild) {
  const message = flash.firstElementChild;
  setTimeout(() => { flash.replaceChildren(message.cloneNode(true)); }, 150);
}

function announce(text) {
  const region = document.getElementById('announcer');
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 50);
}
