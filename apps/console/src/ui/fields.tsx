import { type ReactNode, type Ref, useId, useState } from 'react';
import { ComboBox as AriaComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components/ComboBox';
import styles from './fields.module.css';
import { Icon } from './icon';

interface FieldProps {
  label: string;
  /** What is wrong with it; said at the field and by a screen reader. */
  error?: string | undefined;
  hint?: ReactNode;
  isRequired?: boolean;
  isDisabled?: boolean;
  /** The label is for screen readers only: what it is is plain to see. */
  isLabelHidden?: boolean;
}

interface Wiring {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

/** Label, hint and error around any control. */
function Field({
  label,
  error,
  hint,
  isRequired,
  isLabelHidden,
  children,
}: FieldProps & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={isLabelHidden ? styles.hidden : styles.label}>
        {label}
        {isRequired && <span aria-hidden="true"> *</span>}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined })}
      {hint && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
      {error && (
        <div id={`${id}-error`} className={styles.error}>
          <Icon name="warning" size={14} /> {error}
        </div>
      )}
    </div>
  );
}

interface TextProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'search' | 'tel' | 'url' | 'number';
  name?: string;
  autoComplete?: string;
  maxLength?: number;
  min?: number;
  max?: number;
  placeholder?: string;
  isReadOnly?: boolean;
  autoFocus?: boolean;
  inputRef?: Ref<HTMLInputElement>;
}

export function TextField({ value, onChange, type = 'text', isReadOnly, inputRef, ...props }: TextProps) {
  const { name, autoComplete, maxLength, min, max, placeholder, autoFocus, isDisabled, isRequired } = props;
  return (
    <Field {...props}>
      {(wiring) => (
        <input
          {...wiring}
          {...{ type, name, autoComplete, maxLength, min, max, placeholder, autoFocus, value }}
          ref={inputRef}
          className={styles.input}
          readOnly={isReadOnly}
          disabled={isDisabled}
          required={isRequired}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface TextAreaProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  maxLength?: number;
  autoFocus?: boolean;
  inputRef?: Ref<HTMLTextAreaElement>;
}

export function TextArea({ value, onChange, rows = 4, inputRef, ...props }: TextAreaProps) {
  const { maxLength, autoFocus, isDisabled, isRequired } = props;
  return (
    <Field {...props}>
      {(wiring) => (
        <textarea
          {...wiring}
          {...{ rows, maxLength, autoFocus, value }}
          ref={inputRef}
          className={styles.input}
          disabled={isDisabled}
          required={isRequired}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface Option<V extends string = string> {
  value: V;
  label: string;
}

interface SelectProps<V extends string> extends FieldProps {
  value: V | '';
  onChange: (value: V | '') => void;
  options: readonly Option<V>[];
  /** The words for "none"; without them one has to be chosen. */
  none?: string;
  autoFocus?: boolean;
}

/** The browser's own: at home on a phone and with a keyboard. For many options use ComboBox. */
export function Select<V extends string>({ value, onChange, options, none, ...props }: SelectProps<V>) {
  return (
    <Field {...props}>
      {(wiring) => (
        <select
          {...wiring}
          className={styles.input}
          value={value}
          disabled={props.isDisabled}
          required={props.isRequired}
          autoFocus={props.autoFocus}
          onChange={(event) => onChange(event.target.value as V | '')}
        >
          {none !== undefined && <option value="">{none}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface DateProps extends FieldProps {
  /** `YYYY-MM-DD`, or empty. */
  value: string;
  onChange: (value: string) => void;
  min?: string;
  max?: string;
}

/** A calendar day, typed or picked, written as the person's region does. */
export function DateField({ value, onChange, min, max, ...props }: DateProps) {
  return (
    <Field {...props}>
      {(wiring) => (
        <input
          {...wiring}
          {...{ value, min, max }}
          type="date"
          className={styles.input}
          disabled={props.isDisabled}
          required={props.isRequired}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function Checkbox({
  label,
  isSelected,
  onChange,
  isDisabled = false,
  hint,
}: {
  label: string;
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  isDisabled?: boolean;
  hint?: ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles.checkbox}>
      <input
        id={id}
        type="checkbox"
        checked={isSelected}
        disabled={isDisabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
    </div>
  );
}

interface ComboBoxProps<V extends string> {
  label: string;
  value: V | '';
  onChange: (value: V | '') => void;
  options: readonly Option<V>[];
  /** With it the options are the caller's answer to what is typed; without, they are filtered here. */
  onSearch?: (text: string) => void;
  error?: string | undefined;
  hint?: string;
  isRequired?: boolean;
  isDisabled?: boolean;
  emptyText: string;
}

/** One of many, found by typing. */
export function ComboBox<V extends string>({
  label,
  value,
  onChange,
  options,
  onSearch,
  error,
  hint,
  isRequired = false,
  isDisabled = false,
  emptyText,
}: ComboBoxProps<V>) {
  const id = useId();
  // A modal dialog lies above everything else of the page, and everything else is inert.
  const [dialog, setDialog] = useState<Element | null>(null);
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <AriaComboBox
      className={styles.field}
      selectedKey={value || null}
      onSelectionChange={(key) => onChange((key ?? '') as V | '')}
      onInputChange={onSearch}
      isRequired={isRequired}
      isDisabled={isDisabled}
      isInvalid={error !== undefined}
      allowsEmptyCollection
      menuTrigger="focus"
      {...(onSearch ? { items: options } : { defaultItems: options })}
    >
      <Label className={styles.label}>
        {label}
        {isRequired && <span aria-hidden="true"> *</span>}
      </Label>
      <Input
        ref={(input) => setDialog(input?.closest('dialog') ?? null)}
        className={styles.input}
        aria-describedby={described || undefined}
      />
      {hint && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
      {error && (
        <div id={`${id}-error`} className={styles.error}>
          <Icon name="warning" size={14} /> {error}
        </div>
      )}
      <Popover className={styles.popover} {...(dialog ? { UNSTABLE_portalContainer: dialog } : {})}>
        <ListBox<Option<V>>
          className={styles.options}
          renderEmptyState={() => <div className={styles.none}>{emptyText}</div>}
        >
          {(option) => (
            <ListBoxItem id={option.value} className={styles.option} textValue={option.label}>
              {option.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}
