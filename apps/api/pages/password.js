// Where the links of the mails lead: somebody invited, or who forgot their password, chooses one. The token of the link comes after its #,
// which browsers send to no server; it leaves the address bar, and with it the history, before anything else happens.

const PAGES = {
  'accept-invitation': { path: 'auth/v1/rs/invitations/accept', field: 'password' },
  'reset-password': { path: 'auth/v1/rs/password/reset', field: 'newPassword' },
};

const TEXTS = {
  en: {
    'accept-invitation': {
      title: 'Welcome',
      lead: '{organization} invites you as {email}. Choose a password to make your account.',
      send: 'Make my account',
      done: 'Your account is ready',
      next: 'Sign in with your e-mail address and this password. You can close this page.',
    },
    join: {
      title: 'Welcome',
      lead: '{organization} invites you. You have an account with {email}: it keeps its password.',
      send: 'Accept',
      done: 'You belong to the organisation',
      next: 'Sign in as ever. You can close this page.',
    },
    'reset-password': {
      title: 'A new password',
      lead: 'You will be signed out on all devices.',
      send: 'Save the password',
      done: 'Your password is changed',
      next: 'Sign in with your e-mail address and the new password. You can close this page.',
    },
    label: 'New password',
    hint: 'At least 8 characters, better 15 or more: a sentence is easy to keep. Any characters will do.',
    show: 'Show the password',
    deadTitle: 'This link does not work any more',
    dead: 'It was used, replaced by a later one, or is too old. Ask for another one.',
    noTokenTitle: 'Open the link in your mail',
    noToken: 'The address of this page is not complete. Use the whole link of the latest mail.',
    offline: 'Credence could not be reached. Try again in a moment.',
    busy: 'There were too many attempts. Try again in some minutes.',
    failed: 'That did not work. Try again in a moment.',
    wrong: {
      short: 'Too short: at least 8 characters.',
      password_too_common: 'Easy to guess: it is a common password, or little more than a name. Choose another one.',
      account_exists: 'Your address got an account meanwhile. Open the link of the mail again.',
    },
  },
  fr: {
    'accept-invitation': {
      title: 'Bienvenue',
      lead: '{organization} vous invite, {email}. Choisissez un mot de passe pour créer votre compte.',
      send: 'Créer mon compte',
      done: 'Votre compte est prêt',
      next: 'Connectez-vous avec votre adresse e-mail et ce mot de passe. Vous pouvez fermer cette page.',
    },
    join: {
      title: 'Bienvenue',
      lead: '{organization} vous invite. Vous avez un compte avec {email} : il garde son mot de passe.',
      send: 'Accepter',
      done: 'Vous faites partie de l’organisation',
      next: 'Connectez-vous comme toujours. Vous pouvez fermer cette page.',
    },
    'reset-password': {
      title: 'Un nouveau mot de passe',
      lead: 'Vos sessions sur tous les appareils prendront fin.',
      send: 'Enregistrer le mot de passe',
      done: 'Votre mot de passe est changé',
      next: 'Connectez-vous avec votre adresse e-mail et le nouveau mot de passe. Vous pouvez fermer cette page.',
    },
    label: 'Nouveau mot de passe',
    hint: 'Au moins 8 caractères, mieux 15 ou plus : une phrase se retient bien. Tous les caractères sont permis.',
    show: 'Afficher le mot de passe',
    deadTitle: 'Ce lien ne fonctionne plus',
    dead: 'Il a été utilisé, remplacé par un plus récent, ou il est trop ancien. Demandez-en un autre.',
    noTokenTitle: 'Ouvrez le lien de votre message',
    noToken: 'L’adresse de cette page n’est pas complète. Utilisez le lien entier du dernier message.',
    offline: 'Credence n’a pas pu être joint. Réessayez dans un instant.',
    busy: 'Il y a eu trop de tentatives. Réessayez dans quelques minutes.',
    failed: 'Cela n’a pas fonctionné. Réessayez dans un instant.',
    wrong: {
      short: 'Trop court : au moins 8 caractères.',
      password_too_common:
        'Facile à deviner : c’est un mot de passe courant, ou guère plus qu’un nom. Choisissez-en un autre.',
      account_exists: 'Votre adresse a reçu un compte entre-temps. Ouvrez de nouveau le lien du message.',
    },
  },
};

const MIN_LENGTH = 8;
/** What the browser lacks are the words of the product, so without a choice in the link it is asked for its own. */
const asked = new URLSearchParams(location.search).get('lang');
const language =
  [asked, ...navigator.languages].map((tag) => (tag ?? '').slice(0, 2)).find((tag) => tag in TEXTS) ?? 'en';
const texts = TEXTS[language];
const page = location.pathname.endsWith('/reset-password') ? 'reset-password' : 'accept-invitation';
const part = (id) => document.getElementById(id);

let token = '';
/** Of an invitation: whose, to whom, and whether the address has an account, which keeps its password. */
let offer = null;
const words = () => texts[offer?.hasAccount ? 'join' : page];

async function start() {
  token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  history.replaceState(null, '', location.pathname + location.search);
  if (token === '') return tell(texts.noTokenTitle, texts.noToken);
  if (page === 'accept-invitation') {
    const answer = await post('auth/v1/rs/invitations/look-up', { token }).catch(() => null);
    if (answer === null) return tell(texts[page].title, texts.offline);
    if (!answer.ok) return tell(texts.deadTitle, answer.status === 422 ? texts.dead : texts.failed);
    offer = await answer.json();
  }
  const { title, lead, send } = words();
  tell(title, lead.replace('{organization}', offer?.organizationName).replace('{email}', offer?.email));
  part('send').textContent = send;
  for (const id of ['label', 'password', 'hint']) part(id).hidden = Boolean(offer?.hasAccount);
  part('show').parentElement.hidden = Boolean(offer?.hasAccount);
  part('form').hidden = false;
  part(offer?.hasAccount ? 'send' : 'password').focus();
}

function post(path, body) {
  return fetch(new URL(path, document.baseURI), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The page says this and nothing else. */
function tell(title, text) {
  document.title = `${title} · Credence`;
  part('form').hidden = true;
  for (const [id, words] of [
    ['title', title],
    ['lead', text],
  ]) {
    part(id).textContent = words;
    part(id).hidden = false;
  }
  part('title').focus();
}

function complain(text) {
  part('error').textContent = text;
  part('password').setAttribute('aria-invalid', 'true');
  part('password').focus();
}

async function send() {
  const password = part('password').value;
  part('error').textContent = '';
  part('password').removeAttribute('aria-invalid');
  if (!offer?.hasAccount && [...password].length < MIN_LENGTH) return complain(texts.wrong.short);
  part('send').disabled = true;
  try {
    const { path, field } = PAGES[page];
    const answer = await post(path, { token, ...(offer?.hasAccount ? {} : { [field]: password }) });
    if (answer.ok) succeed();
    else refuse(answer.status, await answer.json().catch(() => ({})), field);
  } catch {
    complain(texts.offline);
  } finally {
    part('send').disabled = false;
  }
}

function succeed() {
  token = '';
  part('password').value = '';
  tell(words().done, words().next);
}

/** problem+json: `errors` says which field; our words where we have them, else the API's. */
function refuse(status, { code, errors = [] }, field) {
  if (errors.some((error) => error.field === 'token')) return tell(texts.deadTitle, texts.dead);
  const message = errors.find((error) => error.field === field)?.message;
  complain(texts.wrong[code] ?? message ?? (status === 429 ? texts.busy : texts.failed));
}

document.documentElement.lang = language;
part('label').textContent = texts.label;
part('hint').textContent = texts.hint;
part('show-label').textContent = texts.show;
part('show').addEventListener('change', ({ target }) => (part('password').type = target.checked ? 'text' : 'password'));
part('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void send();
});
// The link of another mail, opened in the same tab.
addEventListener('hashchange', () => void start());
void start();
