import type { ReactNode, Ref } from 'react';
import { Link } from 'react-router';
import styles from './button.module.css';
import { Icon, type IconName } from './icon';

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger';

interface ButtonProps {
  children: ReactNode;
  variant?: Variant;
  type?: 'button' | 'submit';
  icon?: IconName;
  /** Busy: stays focusable, does nothing. */
  isPending?: boolean;
  isDisabled?: boolean;
  onPress?: () => void;
  /** Shown beside the words, `V`; the shortcut itself is `useShortcuts`. */
  shortcut?: string;
  describedBy?: string;
  /** Read out in place of the words, where several buttons have the same; begins with them. */
  label?: string;
  ref?: Ref<HTMLButtonElement>;
  autoFocus?: boolean;
}

const classOf = (variant: Variant) => `${styles.button} ${styles[variant]}`;

export function Button({
  children,
  variant = 'secondary',
  type = 'button',
  icon,
  isPending = false,
  isDisabled = false,
  onPress,
  shortcut,
  describedBy,
  label,
  ref,
  autoFocus,
}: ButtonProps) {
  return (
    <button
      ref={ref}
      type={type}
      className={classOf(variant)}
      disabled={isDisabled}
      aria-disabled={isPending || undefined}
      aria-busy={isPending || undefined}
      aria-keyshortcuts={shortcut}
      aria-describedby={describedBy}
      aria-label={label}
      autoFocus={autoFocus}
      onClick={(event) => {
        if (isPending) event.preventDefault();
        else onPress?.();
      }}
    >
      {isPending ? <span className={styles.spinner} aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
      {shortcut && <kbd className={styles.key}>{shortcut}</kbd>}
    </button>
  );
}

interface LinkButtonProps {
  to: string;
  children: ReactNode;
  variant?: Variant;
  icon?: IconName;
  /** Loads the page anew. */
  isReload?: boolean;
  isNewTab?: boolean;
}

/** Goes somewhere; looks like a button. */
export function LinkButton({
  to,
  children,
  variant = 'secondary',
  icon,
  isReload = false,
  isNewTab = false,
}: LinkButtonProps) {
  const target = isNewTab ? { target: '_blank', rel: 'noopener' } : {};
  return (
    <Link to={to} className={classOf(variant)} reloadDocument={isReload} {...target}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  );
}

interface IconButtonProps {
  /** Read out, and shown on hover. */
  label: string;
  icon: IconName;
  onPress: () => void;
  isDisabled?: boolean;
  isPressed?: boolean;
  shortcut?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, icon, onPress, isDisabled = false, isPressed, shortcut, ref }: IconButtonProps) {
  return (
    <button
      ref={ref}
      type="button"
      className={styles.icon}
      aria-label={label}
      title={shortcut ? `${label} (${shortcut})` : label}
      aria-pressed={isPressed}
      aria-keyshortcuts={shortcut}
      disabled={isDisabled}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
