import { Field, type FieldProps, Input, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import type { EducationSegment, PreflightFinding, QualificationName, ValidationCode } from '@vetted/client';
import { Fragment } from 'react';
import { qualificationWord } from '../../ui/words.js';
import { findingsAbout, isError } from './findings.js';
import type { Member, RequestContent } from './request-content.js';
import type { Obstacles } from './use-obstacles.js';

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground3, display: 'block' },
  control: { minWidth: 0 },
  codes: { maxHeight: '30vh', overflowY: 'auto', overflowWrap: 'anywhere' },
});

interface RequestFieldsProps {
  readonly content: RequestContent;
  readonly obstacles: Obstacles;
  readonly findings: readonly PreflightFinding[];
  readonly codes: readonly ValidationCode[];
  readonly onChange: (changes: Partial<RequestContent>) => void;
}

const choices: readonly (readonly [QualificationName, string])[] = [
  ['Education', 'Schools, colleges and universities. A reviewer decides within three business days.'],
  ['GovernmentCommunityCloud', 'United States government. Approved at once with a validation code.'],
  ['StateOwnedEntity', 'Owned or controlled by a state. Counts at once; nobody vets it.'],
];

/** First which qualification, then only what that one needs. */
export function RequestFields(props: RequestFieldsProps) {
  const styles = useStyles();
  const { content, obstacles, findings, onChange } = props;
  // What is chosen stays so: if something comes in between, the findings say it.
  const obstacleOf = (name: QualificationName) => (name === content.qualification ? undefined : obstacles[name]);
  return (
    <>
      <Field label="Qualification" required {...messageFor(findings, 'qualification')}>
        <RadioGroup
          value={content.qualification ?? ''}
          onChange={(_event, { value }) => onChange({ qualification: value as QualificationName })}
        >
          {choices.map(([name, meaning]) => (
            <Radio
              key={name}
              value={name}
              disabled={obstacleOf(name) !== undefined}
              label={
                <>
                  {qualificationWord(name)}
                  <Text size={200} className={styles.quiet}>
                    {obstacleOf(name) ?? meaning}
                  </Text>
                </>
              }
            />
          ))}
        </RadioGroup>
      </Field>
      {content.qualification === 'Education' && <EducationFields {...props} />}
      {content.qualification === 'GovernmentCommunityCloud' && <CodeField {...props} />}
    </>
  );
}

function EducationFields({ content, findings, onChange }: RequestFieldsProps) {
  const styles = useStyles();
  return (
    <>
      <Field label="Segment" required {...messageFor(findings, 'educationSegment')}>
        <RadioGroup
          layout="horizontal"
          value={content.educationSegment ?? ''}
          onChange={(_event, { value }) => onChange({ educationSegment: value as EducationSegment })}
        >
          <Radio value="K12" label="K-12" />
          <Radio value="HigherEducation" label="Higher education" />
        </RadioGroup>
      </Field>
      <Field
        label="Website"
        hint="Optional, but reviewers look at it: where the customer presents itself, such as example.edu."
        {...messageFor(findings, 'website')}
      >
        <Input
          className={styles.control}
          inputMode="url"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={2048}
          value={content.website}
          onChange={(_event, { value }) => onChange({ website: value })}
        />
      </Field>
    </>
  );
}

/** Typed, or taken from the list below: a combobox would put its first suggestion in place of what was typed. */
function CodeField({ content, findings, codes, onChange }: RequestFieldsProps) {
  const styles = useStyles();
  return (
    <>
      <Field label="Validation code" required {...messageFor(findings, 'validationCode')}>
        <Input
          className={styles.control}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          value={content.validationCode}
          onChange={(_event, { value }) => onChange({ validationCode: value })}
        />
      </Field>
      {codes.length > 0 && (
        <Field label="Your organisation's codes">
          <RadioGroup
            className={styles.codes}
            value={content.validationCode.trim()}
            onChange={(_event, { value }) => onChange({ validationCode: value })}
          >
            {codes.map((code) => (
              <Radio key={code.validationId} value={code.validationId} label={<CodeLabel code={code} />} />
            ))}
          </RadioGroup>
        </Field>
      )}
    </>
  );
}

function CodeLabel({ code }: { readonly code: ValidationCode }) {
  const styles = useStyles();
  const { validationId, organizationName, remainingCreates, maxCreates } = code;
  return (
    <>
      {validationId} · <bdi>{organizationName}</bdi>
      <Text size={200} className={styles.quiet}>
        {remainingCreates} of {maxCreates} creates left
      </Text>
    </>
  );
}

/** What a field says of itself. The form's status message says it aloud, politely; Fluent's own would interrupt. */
function messageFor(
  findings: readonly PreflightFinding[],
  member: Member,
): Pick<FieldProps, 'validationState' | 'validationMessage'> {
  const about = findingsAbout(findings, member);
  if (about.length === 0) return {};
  const lines = about.map(({ code, message }, index) => (
    <Fragment key={code + message}>
      {index > 0 && <br />}
      {message}
    </Fragment>
  ));
  return {
    validationState: about.some(isError) ? 'error' : 'warning',
    validationMessage: { children: lines, role: undefined },
  };
}
