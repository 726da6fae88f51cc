import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isPartnerCenterError, type WebhookRegistration, type WebhookRegistrationRequest } from '@vetted/client';
import { useState } from 'react';
import { RequestIds } from '../../queries/request-ids.js';
import { useClient } from '../../session/session-context.js';

const KEY = ['webhook'];

/** The partner's registration; null where there is none. */
export function useRegistration(): UseQueryResult<WebhookRegistration | null> {
  const client = useClient();
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) =>
      client.webhooks.getRegistration({ abortSignal: signal }).catch((error: unknown) => {
        if (isPartnerCenterError(error) && error.statusCode === 404) return null;
        throw error;
      }),
  });
}

/** Registers. The secret goes to `onSecret` and is kept nowhere else. */
export function useRegister(onSecret: (secret: string) => void) {
  const client = useClient();
  const queries = useQueryClient();
  const [requestIds] = useState(() => new RequestIds());
  return useMutation({
    mutationFn: async (request: WebhookRegistrationRequest) => {
      const ids = requestIds.for(JSON.stringify(request));
      const { WebhookSecret, ...registration } = await client.webhooks.register(request, ids);
      if (WebhookSecret !== undefined) onSecret(WebhookSecret);
      return registration;
    },
    onSettled: (_registration, error, request) => requestIds.settle(JSON.stringify(request), error),
    onSuccess: (registration) => queries.setQueryData(KEY, registration),
  });
}

/** Changes the registration. */
export function useUpdate(onUpdated: () => void) {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: WebhookRegistrationRequest) => client.webhooks.update(request),
    onSuccess: (registration) => {
      queries.setQueryData(KEY, registration);
      onUpdated();
      return queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
  });
}

/** Ends the registration. */
export function useEnd(onEnded: () => void) {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.webhooks.end(),
    onSuccess: () => {
      queries.setQueryData(KEY, null);
      onEnded();
      return queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
  });
}
