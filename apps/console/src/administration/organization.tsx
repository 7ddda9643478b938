import { answer, answerWithTag, api, change, type Schemas } from '../api/client';
import { useEditing } from '../api/editing';
import { useChange } from '../api/queries';
import { useText } from '../i18n/intl';
import { useCan } from '../session/session-context';
import { Needs } from '../shell/layout';
import { Button } from '../ui/button';
import { Actions } from '../ui/dialog';
import { Checkbox, ComboBox, Select, TextField } from '../ui/fields';
import { Page } from '../ui/page';
import { FormProblem, Note, ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import styles from './administration.module.css';
import { ChangedMeanwhile } from './meanwhile';
import { messages } from './messages';

type Organization = Schemas['OrganizationResponse'];

const FIELDS = [
  'name',
  'timeZone',
  'language',
  'expiringSoonDays',
  'uploadQuotaBytes',
  'duplicatePolicy',
  'reviewPolicy',
  'requiresFileOrOriginal',
  'requiresShownFile',
] as const;
const NAMES = {
  ...Object.fromEntries(FIELDS.map((field) => [field, field])),
  uploadQuotaBytes: 'uploadQuota',
} as Record<string, Exclude<(typeof FIELDS)[number], 'uploadQuotaBytes'> | 'uploadQuota'>;
const GB = 1_000_000_000;
const TIME_ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => ({
  value: zone,
  label: zone.replaceAll('_', ' '),
}));

export function Component() {
  return (
    <Needs permission="organization:read">
      <Settings />
    </Needs>
  );
}

function Settings() {
  const t = useText(messages);
  const toasts = useToasts();
  const canUpdate = useCan('organization:update');
  const editing = useEditing<Organization>({
    queryKey: ['organization'],
    load: (signal) => answerWithTag(api.GET('/api/v1/shared/organization', { signal })),
    save: (body, key, etag) =>
      answer(api.PATCH('/api/v1/shared/organization', { params: { header: change(key, etag) }, body })),
    fields: FIELDS,
    invalidates: [['session'], ['overview'], ['memberships']],
    onSaved: () => toasts.say(t('saved')),
  });
  const { query, value, set, problem } = editing;
  if (query.isPending) return <Skeleton />;
  if (!query.data) {
    return query.error ? <ProblemView problem={query.error} onRetry={() => void query.refetch()} /> : null;
  }
  const wrong = problem?.fields ?? {};
  const isDisabled = !canUpdate;
  return (
    <Page title={t('organization')} subtitle={query.data.data.name}>
      {!query.data.data.isReviewPolicyChosen && <NotChosen canUpdate={canUpdate} />}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          editing.submit();
        }}
      >
        <FormProblem problem={problem} fields={FIELDS} />
        <ChangedMeanwhile
          {...editing}
          changes={editing.meanwhile}
          nameOf={(field) => t(NAMES[field] ?? 'name')}
          wordOf={(word) => String(word)}
        />
        <TextField
          label={t('name')}
          value={value('name') ?? ''}
          onChange={(next) => set('name', next)}
          maxLength={200}
          error={wrong['name']}
          isDisabled={isDisabled}
          isRequired
        />
        <ComboBox
          label={t('timeZone')}
          value={value('timeZone') ?? ''}
          onChange={(next) => next && set('timeZone', next)}
          options={TIME_ZONES}
          hint={t('timeZoneHint')}
          error={wrong['timeZone']}
          isDisabled={isDisabled}
          emptyText={t('nobodyFound')}
        />
        <Select
          label={t('language')}
          value={value('language') ?? ''}
          onChange={(next) => next && set('language', next)}
          options={[
            { value: 'en', label: 'English' },
            { value: 'fr', label: 'Français' },
          ]}
          hint={t('languageHint')}
          error={wrong['language']}
          isDisabled={isDisabled}
        />
        <TextField
          label={t('expiringSoonDays')}
          type="number"
          min={1}
          max={730}
          value={String(value('expiringSoonDays') ?? '')}
          onChange={(next) => set('expiringSoonDays', Number(next))}
          error={wrong['expiringSoonDays']}
          isDisabled={isDisabled}
          isRequired
        />
        <TextField
          label={t('uploadQuota')}
          type="number"
          min={0}
          max={1_000_000}
          value={String((value('uploadQuotaBytes') ?? 0) / GB)}
          onChange={(next) => set('uploadQuotaBytes', Math.round(Number(next) * GB))}
          error={wrong['uploadQuotaBytes']}
          isDisabled={isDisabled}
          isRequired
        />
        <Select
          label={t('duplicatePolicy')}
          value={value('duplicatePolicy') ?? ''}
          onChange={(next) => next && set('duplicatePolicy', next)}
          options={[
            { value: 'warn', label: t('warn') },
            { value: 'refuse', label: t('refuse') },
          ]}
          error={wrong['duplicatePolicy']}
          isDisabled={isDisabled}
        />
        <fieldset className={styles.group}>
          <legend>{t('decisions')}</legend>
          <Select
            label={t('reviewPolicy')}
            value={value('reviewPolicy') ?? ''}
            onChange={(next) => next && set('reviewPolicy', next)}
            options={[
              { value: 'owner', label: t('owner') },
              { value: 'submitter', label: t('submitter') },
              { value: 'two_people', label: t('two_people') },
            ]}
            hint={t('reviewPolicyHint')}
            error={wrong['reviewPolicy']}
            isDisabled={isDisabled}
          />
          <Checkbox
            label={t('requiresFileOrOriginal')}
            hint={t('requiresFileOrOriginalHint')}
            isSelected={value('requiresFileOrOriginal') ?? true}
            onChange={(next) => set('requiresFileOrOriginal', next)}
            isDisabled={isDisabled}
          />
          <Checkbox
            label={t('requiresShownFile')}
            hint={t('requiresShownFileHint')}
            isSelected={value('requiresShownFile') ?? true}
            onChange={(next) => set('requiresShownFile', next)}
            isDisabled={isDisabled}
          />
        </fieldset>
        {canUpdate && (
          <Actions>
            <Button type="submit" variant="primary" isPending={editing.isPending} isDisabled={!editing.isChanged}>
              {t('save')}
            </Button>
          </Actions>
        )}
      </form>
    </Page>
  );
}

/** The upgrade has left things as they were, because a single person decides here. */
function NotChosen({ canUpdate }: { canUpdate: boolean }) {
  const t = useText(messages);
  const keep = useChange(
    (_: void, key) =>
      answer(
        api.PATCH('/api/v1/shared/organization', { params: { header: change(key) }, body: { reviewPolicy: 'owner' } }),
      ),
    { invalidates: [['organization']] },
  );
  return (
    <Note tone="warn">
      {t('notChosen')}
      {canUpdate && (
        <Button isPending={keep.isPending} onPress={() => keep.run()}>
          {t('keepOwner')}
        </Button>
      )}
      {keep.problem && <ProblemView problem={keep.problem} />}
    </Note>
  );
}
