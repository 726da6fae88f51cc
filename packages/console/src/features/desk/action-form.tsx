import { Button, makeStyles, tokens, typographyStyles } from '@fluentui/react-components';
import type { Review } from '@vetted/client';
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Failure } from '../../ui/failure.js';
import { qualificationWord } from '../../ui/words.js';
import type { Action } from './actions.js';
import { DenialFields } from './denial-fields.js';
import { reopeningReason } from './denials.js';
import { type Draft, MAX_NOTE_LENGTH } from './draft.js';
import { changeOf, missing, tooLong } from './draft-rules.js';
import { LongText } from './long-text.js';
import { PartnerPreview } from './partner-preview.js';
import { useDecide } from './use-decide.js';

const useStyles = makeStyles({
  form: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground2,
    minWidth: 0,
  },
  title: { ...typographyStyles.subtitle2, margin: 0, overflowWrap: 'anywhere' },
  // Out of the grid while it is empty, so that it leaves no gap.
  alert: { ':empty': { position: 'absolute' } },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

const titles: Readonly<Record<Action, string>> = {
  approve: 'Approve',
  deny: 'Deny',
  reopen: 'Take back the approval of',
};
const sendWords: Readonly<Record<Action, string>> = {
  approve: 'Confirm approval',
  deny: 'Confirm denial',
  reopen: 'Confirm taking back',
};

interface ActionFormProps {
  readonly action: Action;
  readonly review: Review;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  readonly onDecided: (review: Review) => void;
  readonly onCancel: () => void;
}

/** What a decision needs, what the partner will read of it, and the button that sends it. */
export function ActionForm({ action, review, draft, onDraft, onDecided, onCancel }: ActionFormProps) {
  const styles = useStyles();
  const titleId = useId();
  const decide = useDecide(review, onDecided);
  const { form, countTry, tries } = useFormFocus();
  const problems = { ...(tries > 0 && missing(action, draft)), ...tooLong(action, draft) };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const change = changeOf(action, draft);
    if (change === undefined) countTry();
    else if (!decide.isPending) decide.mutate(change);
  };
  return (
    <form
      ref={form}
      className={styles.form}
      aria-labelledby={titleId}
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => onFormKey(event, onCancel)}
    >
      <h3 id={titleId} className={styles.title}>
        {titles[action]} {qualificationWord(review.qualification)} for <bdi>{review.companyName}</bdi>
      </h3>
      {action === 'deny' && <DenialFields draft={draft} problems={problems} onDraft={onDraft} />}
      {action === 'reopen' && <PartnerPreview status="Denied" reason={reopeningReason} />}
      <LongText
        label={action === 'reopen' ? 'Why, for reviewers only' : 'Private note'}
        hint="The partner never sees it."
        isRequired={action === 'reopen'}
        problem={problems.note}
        most={MAX_NOTE_LENGTH}
        value={draft.note}
        onChange={(note) => onDraft({ ...draft, note })}
      />
      {action === 'approve' && <PartnerPreview status="Approved" />}
      <div role="alert" className={styles.alert}>
        {decide.isError && <Failure title="Nothing was decided" error={decide.error} />}
      </div>
      <div className={styles.buttons}>
        <Button type="submit" appearance="primary" disabledFocusable={decide.isPending}>
          {sendWords[action]}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

/** Focuses the first field when the form appears, and the first field with a problem when it is sent with one. */
function useFormFocus() {
  const form = useRef<HTMLFormElement>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    // All of it, with the buttons at its foot, as far as there is room.
    if (tries === 0) form.current?.scrollIntoView({ block: 'nearest' });
    const field = tries === 0 ? 'select, textarea' : '[aria-invalid="true"]';
    form.current?.querySelector<HTMLElement>(field)?.focus();
  }, [tries]);
  return { form, tries, countTry: () => setTries((count) => count + 1) };
}

/** Escape leaves the form, Ctrl+Enter (or Command+Enter) sends it, also from within a text. */
function onFormKey(event: KeyboardEvent<HTMLFormElement>, onCancel: () => void): void {
  if (event.nativeEvent.isComposing) return;
  if (event.key === 'Escape') {
    event.preventDefault();
    onCancel();
  }
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.currentTarget.requestSubmit();
  }
}
