import { queryOptions } from '@tanstack/react-query';
import type { PartnerCenterClient } from '@vetted/client';

/** A customer's account. */
export const customerQuery = (client: PartnerCenterClient, customerId: string) =>
  queryOptions({
    queryKey: ['customer', customerId],
    queryFn: ({ signal }) => client.customers.byId(customerId).get({ abortSignal: signal }),
  });

/** A customer's qualifications. */
export const qualificationsQuery = (client: PartnerCenterClient, customerId: string) =>
  queryOptions({
    queryKey: ['qualifications', customerId],
    queryFn: ({ signal }) => client.customers.byId(customerId).qualification.getQualifications({ abortSignal: signal }),
  });

/** Where the vetting of one of them stands. */
export const progressQuery = (client: PartnerCenterClient, customerId: string, qualification: string) =>
  queryOptions({
    queryKey: ['progress', customerId, qualification],
    queryFn: ({ signal }) => client.vetting.getProgress(customerId, qualification, { abortSignal: signal }),
  });

/** The steps that led there, oldest first. */
export const historyQuery = (client: PartnerCenterClient, customerId: string, qualification: string) =>
  queryOptions({
    queryKey: ['history', customerId, qualification],
    queryFn: ({ signal }) => client.vetting.getHistory(customerId, qualification, { abortSignal: signal }),
  });
