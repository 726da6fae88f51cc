import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Qualification, QualificationName } from '@vetted/client';
import { useMemo, useState } from 'react';
import { useClient } from '../../session/session-context.js';
import { Failure } from '../../ui/failure.js';
import { Cost } from './cost.js';
import { findingsAbout, findingsIn, findingsOf, isError } from './findings.js';
import { OtherFindings, SpokenFindings } from './findings-list.js';
import { isComplete, type RequestContent, requestOf } from './request-content.js';
import { RequestFields } from './request-fields.js';
import { useTellOutcome } from './tell-outcome.js';
import { useObstacles } from './use-obstacles.js';
import { usePreflight } from './use-preflight.js';
import { type Sending, useSending } from './use-sending.js';

const useStyles = makeStyles({
  content: { display: 'grid', gap: tokens.spacingVerticalL, minWidth: 0, paddingBlock: tokens.spacingVerticalXS },
});

interface RequestDialogProps {
  readonly customerId: string;
  readonly initialQualification: QualificationName | undefined;
  readonly onCancel: () => void;
  readonly onSent: () => void;
}

/** The form by which a qualification is requested. It says what it costs before it is sent. */
export function RequestDialog({ customerId, initialQualification, onCancel, onSent }: RequestDialogProps) {
  const styles = useStyles();
  const form = useRequestForm(customerId, initialQualification, onSent);
  const obstacles = useObstacles(customerId);
  const { content, change, request, codes, findings, check, sending, maySend } = form;
  return (
    <Dialog
      open
      onOpenChange={(_event, { type }) => {
        // What has been filled in is not lost by a click beside it, nor the answer to a request on its way.
        if (type !== 'backdropClick' && !sending.isSending) onCancel();
      }}
    >
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (maySend && request !== undefined) sending.send(request);
          }}
        >
          <DialogBody>
            <DialogTitle>Request a qualification</DialogTitle>
            <DialogContent className={styles.content}>
              {sending.error && <Failure title={failureTitle(sending)} error={sending.error} />}
              <RequestFields
                content={content}
                obstacles={obstacles}
                findings={findings}
                codes={codes}
                onChange={change}
              />
              <OtherFindings findings={findingsAbout(findings, undefined)} />
              {!sending.error && check.error !== null && findingsOf(check.error).length === 0 && (
                <Failure title="The request could not be checked; you can send it all the same" error={check.error} />
              )}
              {request !== undefined && !sending.isUncertain && !findings.some(isError) && (
                <Cost request={request} preflight={check.preflight} codes={codes} />
              )}
              <SpokenFindings findings={findings} />
            </DialogContent>
            <DialogActions>
              <Button disabledFocusable={sending.isSending} onClick={onCancel}>
                Cancel
              </Button>
              <Button type="submit" appearance="primary" disabledFocusable={!maySend || sending.isSending}>
                {sending.isSending ? 'Sending…' : 'Send request'}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

/** What is filled in, what is found in it, and whether it may be sent. */
function useRequestForm(customerId: string, qualification: QualificationName | undefined, onSent: () => void) {
  const [content, setContent] = useState<RequestContent>({
    qualification,
    educationSegment: undefined,
    website: '',
    validationCode: '',
  });
  const request = useMemo(() => requestOf(content), [content]);
  const client = useClient();
  const codes = useQuery({
    queryKey: ['validation-codes'],
    queryFn: ({ signal }) => client.validations.getValidationCodes({ abortSignal: signal }),
    enabled: content.qualification === 'GovernmentCommunityCloud',
  });
  const check = usePreflight(customerId, request);
  const tellOutcome = useTellOutcome(customerId);
  const sending = useSending({
    customerId,
    onSent: (sent: Qualification) => {
      onSent();
      tellOutcome(sent);
    },
  });
  // What may have succeeded already would be found impossible to request.
  const isJudged = request !== undefined && !sending.isUncertain;
  const findings = isJudged ? findingsIn(request, check, sending.error) : [];
  // A create that is spent does not come back: only a code that was looked at is sent.
  const isChecked =
    request?.validationCode === undefined ? check.preflight !== undefined || check.error !== null : check.isCurrent;
  const maySend = request !== undefined && isComplete(request) && isChecked && !findings.some(isError);
  const change = (changes: Partial<RequestContent>) => {
    setContent((before) => ({ ...before, ...changes }));
    sending.forget();
  };
  return { content, change, request, codes: codes.data ?? [], findings, check, sending, maySend };
}

function failureTitle({ isUncertain }: Sending): string {
  return isUncertain
    ? 'It is not known whether the request arrived; to send it again does not make it a second one'
    : 'The request was not accepted';
}
