import { useState } from 'react';
import { useChange } from '../api/queries';
import { useText } from '../i18n/intl';
import { TextArea } from '../ui/fields';
import { FormDialog } from '../ui/form-dialog';
import { entryQuery } from './desk-entry';
import { messages } from './messages';
import { reopen, type Taken } from './outbox';
import { useWhat } from './outbox-strip';
import { REASON_LIMIT } from './reasons';

interface Props {
  taken: Taken;
  onClose: () => void;
  onReopened: (verificationId: string) => void;
}

/** The way back from a decision that counts already: it is told why, and to whoever reads the history. */
export function ReopenDialog({ taken, onClose, onReopened }: Props) {
  const t = useText(messages);
  const what = useWhat()(taken.decision);
  const [reason, setReason] = useState('');
  const { verificationId } = taken.decision;
  const sending = useChange((_: void, key) => reopen(taken, reason.trim(), key), {
    invalidates: [entryQuery(verificationId).queryKey, ['queue']],
    onSuccess: () => onReopened(verificationId),
  });
  return (
    <FormDialog
      title={t('reopenTitle', { what })}
      onClose={onClose}
      sending={sending}
      onSubmit={() => sending.run()}
      action={t('reopen')}
      isDisabled={reason.trim() === ''}
      fields={['reason']}
    >
      <TextArea
        label={t('reopenReason')}
        hint={t('reopenHint')}
        value={reason}
        rows={3}
        maxLength={REASON_LIMIT}
        autoFocus
        isRequired
        onChange={setReason}
      />
    </FormDialog>
  );
}
