import { type LoaderFunctionArgs, replace, useLoaderData } from 'react-router';
import { type ApiProblem, toProblem } from '../api/problem';
import { useText } from '../i18n/intl';
import { LinkButton } from '../ui/button';
import { useDocumentTitle } from '../ui/page';
import { Note, ProblemView } from '../ui/problem-view';
import { messages } from './messages';
import { nextOf } from './next';
import { nameOf, useProvider } from './provider';
import { ProviderLink } from './provider-link';
import { finishSignIn, goToProvider, isAnswer, takePending } from './provider-sign-in';
import { SignInPage } from './sign-in-page';

interface Outcome {
  next: string | null;
  problem: ApiProblem | null;
}

/**
 * Both ends of it, so that the provider has to know one address: without an answer in the address on the way there, with one on the way
 * back.
 */
export function loader({ request }: LoaderFunctionArgs): Promise<Outcome | Response> {
  const params = new URL(request.url).searchParams;
  return isAnswer(params) ? comeBack(params) : goThere(params);
}

async function goThere(params: URLSearchParams): Promise<Outcome> {
  const next = params.has('next') ? nextOf(params) : null;
  return { next, problem: await problemOf(goToProvider(next)) };
}

async function comeBack(answer: URLSearchParams): Promise<Outcome | Response> {
  const pending = takePending();
  const next = pending ? pending.next : '/';
  const problem = await problemOf(finishSignIn(answer, pending));
  return problem || next === null ? { next, problem } : replace(next);
}

function problemOf(work: Promise<void>): Promise<ApiProblem | null> {
  return work.then(() => null, toProblem);
}

export function Component() {
  const t = useText(messages);
  useDocumentTitle(t('signIn'));
  const { next, problem } = useLoaderData<Outcome>();
  const known = useProvider();
  if (!problem) {
    return (
      <SignInPage>
        <Note tone="good">{t('goOnThere')}</Note>
        <LinkButton to="/" variant="quiet">
          {t('toStart')}
        </LinkButton>
      </SignInPage>
    );
  }
  const provider = known ? nameOf(known) : '';
  const texts = {
    provider_refused: t('providerRefused', { provider }),
    provider_failed: t('providerFailed', { provider }),
    provider_unasked: t('providerUnasked'),
    provider_silent: t('providerSilent', { provider }),
    identity_provider_unavailable: t('providerSilent', { provider }),
    not_signed_in: t('providerDistrusted', { provider }),
    no_account: t('noAccount', { provider }),
  };
  return (
    <SignInPage>
      <ProblemView problem={problem} texts={texts} />
      <ProviderLink next={next} />
      <LinkButton to={`/sign-in?next=${encodeURIComponent(next ?? '/')}`} variant="quiet">
        {t('otherWay')}
      </LinkButton>
    </SignInPage>
  );
}
