import { Button, Checkbox, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { WebhookRegistrationRequest } from '@vetted/client';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useClient, useSettings } from '../../session/session-context.js';
import { Failure } from '../../ui/failure.js';
import { Loading } from '../../ui/loading.js';
import { EventChoices } from './event-choices.js';
import { fieldProblem, isAboutFields } from './field-problem.js';

const useStyles = makeStyles({
  form: { display: 'grid', gap: tokens.spacingVerticalL, maxWidth: '44rem' },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

interface RegistrationFormProps {
  /** What the form begins with. */
  readonly initial: WebhookRegistrationRequest;
  readonly submitLabel: string;
  /** What could not be done, where the fault is at no field. */
  readonly failureTitle: string;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onSubmit: (request: WebhookRegistrationRequest) => void;
  readonly onCancel?: () => void;
  /** Takes the focus as soon as it is shown. */
  readonly takesFocus?: boolean;
}

/** Asks where events go and which. What is wrong is the service's to say, and said at the field it names. */
export function RegistrationForm({
  initial,
  error,
  isPending,
  onSubmit,
  takesFocus = false,
  ...texts
}: RegistrationFormProps) {
  const styles = useStyles();
  const [request, setRequest] = useState(initial);
  const form = useRef<HTMLFormElement>(null);
  const { sandbox } = useSettings();
  const urlProblem = fieldProblem(error, 'WebhookUrl');
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('input[aria-invalid="true"]')?.focus();
  }, [error]);
  useEffect(() => {
    if (takesFocus) form.current?.querySelector('input')?.focus();
  }, [takesFocus]);
  const change = (changed: Partial<WebhookRegistrationRequest>) => setRequest({ ...request, ...changed });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(request);
  };
  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      <Field
        label="URL"
        required
        hint={
          sandbox === undefined
            ? 'https, at an address that the internet reaches.'
            : 'In a sandbox an address of this machine; http will do.'
        }
        validationMessage={urlProblem ?? null}
      >
        <Input
          type="url"
          value={request.WebhookUrl}
          maxLength={2048}
          autoComplete="off"
          onChange={(_event, { value }) => change({ WebhookUrl: value })}
        />
      </Field>
      <Events
        problem={fieldProblem(error, 'WebhookEvents')}
        chosen={request.WebhookEvents}
        onChange={(WebhookEvents) => change({ WebhookEvents })}
      />
      <Checkbox
        label="Repeat the signature in the header x-ms-signature"
        checked={request.SignatureTokenToMsSignatureHeader ?? false}
        onChange={(_event, { checked }) => change({ SignatureTokenToMsSignatureHeader: checked === true })}
      />
      {error && !isAboutFields(error, ['WebhookUrl', 'WebhookEvents']) ? (
        <Failure title={texts.failureTitle} error={error} />
      ) : null}
      <div className={styles.buttons}>
        <Button appearance="primary" type="submit" disabled={isPending}>
          {texts.submitLabel}
        </Button>
        {texts.onCancel && <Button onClick={texts.onCancel}>Cancel</Button>}
      </div>
    </form>
  );
}

interface EventsProps {
  readonly problem: string | undefined;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

/** The events that the service can be asked for. */
function Events(props: EventsProps) {
  const client = useClient();
  const names = useQuery({
    queryKey: ['webhook', 'events'],
    queryFn: ({ signal }) => client.webhooks.listEventNames({ abortSignal: signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (names.error)
    return <Failure title="The events could not be loaded" error={names.error} onRetry={() => names.refetch()} />;
  if (names.data === undefined) return <Loading label="Loading the events" />;
  return <EventChoices names={names.data} {...props} />;
}
