import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isPartnerCenterError, type Qualification, type QualificationRequest } from '@vetted/client';
import { useRef } from 'react';
import { useClient } from '../../session/session-context.js';
import { OWN_REQUEST, type OwnRequest, refreshCustomer } from '../live/refresh.js';

interface SendingOptions {
  readonly customerId: string;
  readonly onSent: (qualification: Qualification) => void;
}

/** Sends requests for one form. */
export interface Sending {
  /** Does nothing while a request is on its way. */
  send(request: QualificationRequest): void;
  readonly isSending: boolean;
  /** Why the last request failed; null once the form has been changed. */
  readonly error: Error | null;
  /** Whether the last request may have succeeded all the same: its answer was lost. To send it again is safe. */
  readonly isUncertain: boolean;
  /** The form has been changed. */
  forget(): void;
}

/**
 * Sends a request once, however often a person asks for it: the same content has the same MS-RequestId, by which the
 * service tells that it is one request, until the service has refused it.
 */
export function useSending({ customerId, onSent }: SendingOptions): Sending {
  const client = useClient();
  const queries = useQueryClient();
  const idsByContent = useRef(new Map<string, Ids>());
  const isBusy = useRef(false);
  const { mutate, isPending, error, reset } = useMutation({
    mutationKey: OWN_REQUEST,
    networkMode: 'always',
    mutationFn: ({ request, requestId, correlationId }: Request) =>
      client.customers.byId(customerId).qualification.createQualifications(request, { requestId, correlationId }),
    onSuccess: onSent,
    onError: (failure, { request }) => {
      if (isRefusal(failure)) idsByContent.current.delete(JSON.stringify(request));
    },
    onSettled: () => {
      isBusy.current = false;
      // Where the answer was lost it may have taken effect all the same.
      void refreshCustomer(queries, customerId);
    },
  });
  const send = (request: QualificationRequest) => {
    // A second click can come before the button shows that it is disabled.
    if (isBusy.current) return;
    isBusy.current = true;
    const content = JSON.stringify(request);
    const ids = idsByContent.current.get(content) ?? newIds();
    idsByContent.current.set(content, ids);
    mutate({ request, ...ids });
  };
  return { send, isSending: isPending, error, isUncertain: error !== null && !isRefusal(error), forget: reset };
}

interface Ids extends OwnRequest {
  readonly requestId: string;
}

interface Request extends Ids {
  readonly request: QualificationRequest;
}

function newIds(): Ids {
  return { requestId: crypto.randomUUID(), correlationId: crypto.randomUUID() };
}

/** Whether the service has answered once and for all; it would give the same answer to the same id again. */
function isRefusal(error: Error): boolean {
  if (!isPartnerCenterError(error)) return false;
  const { statusCode = 0 } = error;
  return statusCode >= 400 && statusCode < 500;
}
