import styles from './badges.module.css';
import { Icon, type IconName } from './icon';
import { useLabels } from './labels';

type Tone = 'good' | 'warn' | 'bad' | 'neutral' | 'accent';

/** A word with an icon; the colour only repeats what they say. */
export function Badge({ tone, icon, children }: { tone: Tone; icon?: IconName; children: string }) {
  return (
    <span className={`${styles.badge} ${styles[tone]}`}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

type Looks = Readonly<Record<string, readonly [Tone, IconName]>>;

const VERIFICATION: Looks = {
  not_submitted: ['neutral', 'dash'],
  pending: ['accent', 'clock'],
  verified: ['good', 'check'],
  rejected: ['bad', 'cross'],
};
const VALIDITY: Looks = {
  valid: ['good', 'check'],
  expiring_soon: ['warn', 'clock'],
  expired: ['bad', 'warning'],
};
const PROFILE: Looks = {
  incomplete: ['neutral', 'dash'],
  in_review: ['accent', 'clock'],
  action_needed: ['bad', 'warning'],
  approved: ['good', 'check'],
};
const FILE: Looks = {
  pending: ['neutral', 'clock'],
  uploaded: ['accent', 'refresh'],
  ready: ['good', 'file'],
  infected: ['bad', 'blocked'],
  failed: ['bad', 'cross'],
};
const MEMBERSHIP: Looks = { active: ['good', 'check'], deactivated: ['neutral', 'blocked'] };

function LookedUp({ looks, value, word = value }: { looks: Looks; value: string; word?: string }) {
  const { label } = useLabels();
  const [tone, icon] = looks[value] ?? (['neutral', 'dash'] as const);
  return (
    <Badge tone={tone} icon={icon}>
      {label(word)}
    </Badge>
  );
}

/** Did somebody check it? */
export function StatusBadge({ status }: { status: string }) {
  return <LookedUp looks={VERIFICATION} value={status} />;
}

/** Is it in date? */
export function ValidityBadge({ status }: { status: string }) {
  return <LookedUp looks={VALIDITY} value={status} />;
}

/** A person's papers taken together. */
export function ProfileStateBadge({ state }: { state: string }) {
  return <LookedUp looks={PROFILE} value={state} />;
}

/** How far a file's checks are; null: there is none. */
export function FileStateBadge({ status }: { status: string | null }) {
  if (status === null) return <LookedUp looks={{}} value="noFile" />;
  return <LookedUp looks={FILE} value={status} word={status === 'pending' ? 'uploadPending' : status} />;
}

export function MembershipBadge({ state }: { state: string }) {
  return <LookedUp looks={MEMBERSHIP} value={state} />;
}
