// Goes to a webhook, a page, or anything with an ID.
const palette = document.getElementById('palette');
const goal = document.getElementById('goal');
const MOST_GOALS = 12;
let webhooks = null;
let goals = [];
let chosen = 0;
goal.addEventListener('input', offer);
goal.addEventListener('keydown', event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && goals.length) choose((chosen + step + goals.length) % goals.length);
  else if (event.key === 'Enter' && goals[chosen]) location.href = goals[chosen].path;
  else return;
  event.preventDefault();
});
document.getElementById('goals').addEventListener('click', event => {
  const option = event.target.closest('[role=option]');
  if (option) location.href = goals[[...option.parentElement.children].indexOf(option)].path;
});

/** Opens it; the webhooks are read the first time. */
export async function open() {
  goal.value = '';
  palette.showModal();
  offer();
  if (webhooks) return;
  try {
    const answer = await fetch('/settings/go');
    if (answer.ok && !answer.redirected) webhooks = await answer.json();
    // Keeps an existing selection.
    const kept = chosen > 0 ? goals[chosen]?.path : null;
    offer();
    choose(Math.max(0, goals.findIndex(place => place.path === kept)));
  } catch {
    // Without a connection, only the pages are offered.
  }
}

function offer() {
  const text = goal.value.trim();
  const words = text.toLowerCase().split(/\s+/);
  const pages = [...document.querySelectorAll('#places a')].map(link =>
    ({ title: link.textContent.trim(), detail: 'Page', path: link.getAttribute('href') }));
  goals = [...(webhooks ?? []), ...pages]
    .filter(place => words.every(word => `${place.title} ${place.detail}`.toLowerCase().includes(word))).slice(0, MOST_GOALS);
  if (text && !/\s/.test(text)) {
    const kind = text.startsWith('dlv_') ? 'delivery' : 'event';
    goals.push({ title: `Find ${kind} ${text}`, detail: 'By ID', path: `/settings/go/id?id=${encodeURIComponent(text)}` });
  }
  document.getElementById('goals').replaceChildren(...goals.map((place, index) => {
    const option = document.createElement('li');
    option.id = `goal-${index}`;
    option.role = 'option';
    const detail = document.createElement('span');
    detail.className = 'muted';
    detail.textContent = place.detail;
    option.append(place.title, ' ', detail);
    return option;
  }));
  document.getElementById('goals-count').textContent = goals.length ? '' : 'No matches.';
  choose(0);
}

function choose(index) {
  chosen = index;
  [...document.getElementById('goals').children].forEach((option, each) => {
    option.ariaSelected = String(each === index);
    if (each === index) option.scrollIntoView({ block: 'nearest' });
  });
  if (goals.length) goal.setAttribute('aria-activedescendant', `goal-${index}`);
  else goal.removeAttribute('aria-activedescendant');
}
