import { Field, makeStyles, Select } from '@fluentui/react-components';
import { denialChoices, denialText } from './denials.js';
import { type Draft, MAX_REASON_LENGTH } from './draft.js';
import type { DraftProblems } from './draft-rules.js';
import { LongText } from './long-text.js';
import { PartnerPreview } from './partner-preview.js';

const useStyles = makeStyles({ reason: { width: '100%', minWidth: 0 } });

interface DenialFieldsProps {
  readonly draft: Draft;
  readonly problems: DraftProblems;
  readonly onDraft: (draft: Draft) => void;
}

/** Why a request is denied: the reason, and the reviewer's own words for it. */
export function DenialFields({ draft, problems, onDraft }: DenialFieldsProps) {
  const styles = useStyles();
  const choose = (value: string) =>
    onDraft({ ...draft, reasonCode: denialChoices.find(([code]) => code === value)?.[0] });
  return (
    <>
      <Field
        label="Reason"
        required
        {...(problems.reasonCode !== undefined && { validationMessage: problems.reasonCode })}
      >
        <Select
          className={styles.reason}
          value={draft.reasonCode ?? ''}
          onChange={(_event, { value }) => choose(value)}
        >
          <option value="" disabled>
            Choose a reason
          </option>
          {denialChoices.map(([code, text]) => (
            <option key={code} value={code}>
              {text}
            </option>
          ))}
        </Select>
      </Field>
      <LongText
        label="Your own words"
        hint={draft.reasonCode === 'Other' ? 'The partner reads them.' : "Instead of the reason's own text."}
        isRequired={draft.reasonCode === 'Other'}
        problem={problems.reason}
        most={MAX_REASON_LENGTH}
        value={draft.reason}
        onChange={(reason) => onDraft({ ...draft, reason })}
      />
      <PartnerPreview status="Denied" reason={denialText(draft.reasonCode, draft.reason)} />
    </>
  );
}
