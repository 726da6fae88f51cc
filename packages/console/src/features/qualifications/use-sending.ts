import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Qualification, QualificationRequest } from '@vetted/client';
import { useRef, useState } from 'react';
import { OWN_REQUEST, type OwnRequest } from '../../queries/own-requests.js';
import { refreshCustomers } from '../../queries/refresh-customers.js';
import { type CallIds, isRefusal, RequestIds } from '../../queries/request-ids.js';
import { useClient } from '../../session/session-context.js';

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
  const [ids] = useState(() => new RequestIds());
  const isBusy = useRef(false);
  const { mutate, isPending, error, reset } = useMutation({
    mutationKey: OWN_REQUEST,
    networkMode: 'always',
    mutationFn: ({ request, requestId, correlationId }: Sent) =>
      client.customers.byId(customerId).qualification.createQualifications(request, { requestId, correlationId }),
    onSuccess: onSent,
    onSettled: (_sent, failure, { request }) => {
      isBusy.current = false;
      ids.settle(JSON.stringify(request), failure);
      // Where the answer was lost it may have taken effect all the same.
      void refreshCustomers(queries, [customerId]);
    },
  });
  const send = (request: QualificationRequest) => {
    // A second click can come before the button shows that it is disabled.
    if (isBusy.current) return;
    isBusy.current = true;
    mutate({ request, ...ids.for(JSON.stringify(request)) });
  };
  return { send, isSending: isPending, error, isUncertain: error !== null && !isRefusal(error), forget: reset };
}

interface Sent extends CallIds, OwnRequest {
  readonly request: QualificationRequest;
}
