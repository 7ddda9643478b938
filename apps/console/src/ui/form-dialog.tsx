import type { ReactNode } from 'react';
import type { ApiProblem } from '../api/problem';
import { useText } from '../i18n/intl';
import { Button } from './button';
import { Actions, Dialog } from './dialog';
import { messages } from './messages';
import { FormProblem } from './problem-view';

interface Props {
  title: string;
  onClose: () => void;
  /** What the form does: a change, or an editing. */
  sending: { problem: ApiProblem | null; isPending: boolean };
  onSubmit: () => void;
  /** The verb on its button. */
  action: string;
  isDisabled?: boolean;
  /** Wire names of the fields, which show their own problems. */
  fields: readonly string[];
  /** Own words for some problems. */
  texts?: Readonly<Record<string, string>>;
  /** Beside the buttons. */
  more?: ReactNode;
  children: ReactNode;
}

/** A dialog that is one form: what went wrong above, the fields, and what to do with them. */
export function FormDialog({
  title,
  onClose,
  sending: { problem, isPending },
  onSubmit,
  action,
  isDisabled = false,
  fields,
  texts = {},
  more,
  children,
}: Props) {
  const t = useText(messages);
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <FormProblem problem={problem} fields={fields} texts={texts} />
        {children}
        <Actions>
          <Button type="submit" variant="primary" isPending={isPending} isDisabled={isDisabled}>
            {action}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t('cancel')}
          </Button>
          {more}
        </Actions>
      </form>
    </Dialog>
  );
}
