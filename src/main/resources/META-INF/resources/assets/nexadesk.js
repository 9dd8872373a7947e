// Small conveniences; every page works without them.
document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.dataset.value ?? source.textContent);
  const label = button.querySelector('span');
  const before = label.textContent;
  label.textContent = 'Copied';
  announce('Copied to the clipboard.');
  setTimeout(() => { label.textContent = before; }, 2000);
});

// "All events" makes single ones pointless; "all" of a group ticks the group.
document.addEventListener('change', event => {
  if (event.target.matches('[data-everything]')) freeze(event.target);
  const group = event.target.closest('.choice-group');
  if (!group) return;
  const all = group.querySelector('[data-all]');
  const each = [...group.querySelectorAll('input:not([data-all])')];
  if (all && event.target === all) each.forEach(box => { box.checked = all.checked; });
  show(group);
});

function show(group) {
  const all = group.querySelector('[data-all]');
  const each = [...group.querySelectorAll('input:not([data-all])')];
  const checked = each.filter(box => box.checked).length;
  if (all) {
    all.checked = checked === each.length;
    all.indeterminate = checked > 0 && checked < each.length;
  }
}
document.querySelectorAll('.choice-group').forEach(show);

function freeze(everything) {
  everything.form.querySelectorAll('.choice input').forEach(box => {
    box.disabled = everything.checked && box !== everything;
  });
}
document.querySelectorAll('[data-everything]').forEach(freeze);

// A form is sent once, and says so: saving waits for the ping's answer, up to five seconds.
document.addEventListener('submit', event => {
  const button = event.submitter;
  if (event.target.method !== 'post' || !button || event.defaultPrevented) return;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = 'true';
  button.setAttribute('aria-disabled', 'true');
  if (button.dataset.busy) {
    button.querySelector('span').textContent = button.dataset.busy;
    announce(button.dataset.busy);
  }
});
addEventListener('pageshow', () => {
  document.querySelectorAll('form[data-sent]').forEach(form => {
    delete form.dataset.sent;
    form.querySelectorAll('[aria-disabled]').forEach(button => button.removeAttribute('aria-disabled'));
  });
});

// A confirmation page that htmx fetched is shown as a dialog; focus returns to its link by itself.
const dialog = document.getElementById('dialog');
document.addEventListener('htmx:afterSwap', event => {
  if (event.detail.target === dialog && !dialog.open) dialog.showModal();
});
// A delivery that was on its way has come somewhere: its page replaced itself.
document.addEventListener('htmx:afterSettle', event => {
  const sentence = document.querySelector('#delivery [data-sentence]');
  if (sentence && event.detail.target.id === 'delivery') announce(sentence.textContent);
});
dialog?.addEventListener('click', event => {
  if (event.target === dialog || event.target.closest('[data-close]')) {
    event.preventDefault();
    dialog.close();
  }
});
dialog?.addEventListener('close', () => dialog.replaceChildren());

// Shortcuts of single keys, unless they are switched off. Lines are their links: the browser opens them with Enter.
const keys = document.getElementById('keys');
const shortcuts = {
  '/': () => document.querySelector('main input[type=search]')?.focus(),
  'j': () => line(1),
  'k': () => line(-1),
  'r': () => document.querySelector('main [data-key=r]')?.focus(),
  '?': () => {
    dialog.replaceChildren(keys.content.cloneNode(true));
    dialog.showModal();
  }
};
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') leave(event.target);
  const shortcut = shortcuts[event.key];
  const isTyping = event.target.closest('input, textarea, select, [contenteditable]');
  if (!keys || !shortcut || isTyping || dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
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

// Live regions only speak when they change: say the flash message of a new page.
const flash = document.getElementById('flash');
if (flash?.firstElementChild) {
  const message = flash.firstElementChild;
  setTimeout(() => { flash.replaceChildren(message.cloneNode(true)); }, 150);
}

function announce(text) {
  const region = document.getElementById('announcer');
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 50);
}
