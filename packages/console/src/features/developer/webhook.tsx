import { Button, Text } from '@fluentui/react-components';
import type { WebhookRegistration, WebhookRegistrationRequest } from '@vetted/client';
import { Suspense, useId, useState } from 'react';
import { Failure } from '../../ui/failure.js';
import { lazyPart } from '../../ui/lazy-part.js';
import { Loading } from '../../ui/loading.js';
import { RegistrationFacts } from './registration-facts.js';
import { RegistrationForm } from './registration-form.js';
import { Section } from './section.js';
import { TestEvent } from './test-event.js';
import { useRegister, useRegistration, useUpdate } from './use-registration.js';
import { WebhookSecret } from './webhook-secret.js';

const EndRegistrationDialog = lazyPart(
  async () => (await import('./end-registration-dialog.js')).EndRegistrationDialog,
);

const newRegistration: WebhookRegistrationRequest = {
  WebhookUrl: '',
  WebhookEvents: ['customer-qualification-updated'],
  SignatureTokenToMsSignatureHeader: false,
};

/** The partner's webhook: to register, to see, to change, to try and to end. */
export function Webhook() {
  const registration = useRegistration();
  const [secret, setSecret] = useState<string>();
  const [hasEnded, setEnded] = useState(false);
  const end = () => {
    setSecret(undefined);
    setEnded(true);
  };
  if (registration.data === undefined) {
    return (
      <Section title="Webhook">
        {registration.error ? (
          <Failure
            title="The registration could not be loaded"
            error={registration.error}
            onRetry={() => registration.refetch()}
          />
        ) : (
          <Loading label="Loading the registration" />
        )}
      </Section>
    );
  }
  if (registration.data === null) return <NotRegistered takesFocus={hasEnded} onSecret={setSecret} />;
  return (
    <Registered
      key={registration.data.SubscriberId}
      registration={registration.data}
      secret={secret}
      onForgetSecret={() => setSecret(undefined)}
      onEnded={end}
    />
  );
}

interface NotRegisteredProps {
  readonly takesFocus: boolean;
  readonly onSecret: (secret: string) => void;
}

function NotRegistered({ takesFocus, onSecret }: NotRegisteredProps) {
  const register = useRegister(onSecret);
  return (
    <Section title="Webhook">
      <Text as="p">Register an address of your program, and it is told when a customer's qualification changes.</Text>
      <RegistrationForm
        initial={newRegistration}
        submitLabel="Register"
        failureTitle="The webhook was not registered"
        error={register.error}
        isPending={register.isPending}
        onSubmit={register.mutate}
        takesFocus={takesFocus}
      />
    </Section>
  );
}

interface RegisteredProps {
  readonly registration: WebhookRegistration;
  readonly secret: string | undefined;
  readonly onForgetSecret: () => void;
  readonly onEnded: () => void;
}

function Registered({ registration, secret, onForgetSecret, onEnded }: RegisteredProps) {
  const [isChanging, setChanging] = useState(false);
  const [isEnding, setEnding] = useState(false);
  const changeId = useId();
  const endChange = () => {
    setChanging(false);
    document.getElementById(changeId)?.focus();
  };
  const actions = (
    <>
      <Button id={changeId} aria-expanded={isChanging} onClick={() => setChanging(true)}>
        Change
      </Button>
      <Button onClick={() => setEnding(true)}>End registration</Button>
    </>
  );
  return (
    <Section title="Webhook" actions={actions}>
      {secret !== undefined && <WebhookSecret secret={secret} onDismiss={onForgetSecret} />}
      {isChanging ? (
        <ChangeForm registration={registration} onDone={endChange} />
      ) : (
        <RegistrationFacts registration={registration} />
      )}
      <TestEvent />
      {isEnding && (
        <Suspense>
          <EndRegistrationDialog onClose={() => setEnding(false)} onEnded={onEnded} />
        </Suspense>
      )}
    </Section>
  );
}

interface ChangeFormProps {
  readonly registration: WebhookRegistration;
  readonly onDone: () => void;
}

function ChangeForm({ registration: { SubscriberId: _id, ...initial }, onDone }: ChangeFormProps) {
  const update = useUpdate(onDone);
  return (
    <RegistrationForm
      initial={initial}
      submitLabel="Save"
      failureTitle="The registration was not changed"
      error={update.error}
      isPending={update.isPending}
      onSubmit={update.mutate}
      onCancel={onDone}
      takesFocus
    />
  );
}
