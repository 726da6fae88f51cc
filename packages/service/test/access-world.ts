import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { House, WireRequest } from './access-house.js';
import type { CallerName, Target } from './access-matrix.js';
import { stranger } from './bench.js';
import { operatorTenant } from './operator-support.js';

/** All that a path may name, of one owner. */
export interface Belongings {
  readonly tenantId: string;
  readonly customerId: string;
  readonly reviewId: string;
  readonly validationId: string;
  /** Of a test event of the webhook. */
  readonly correlationId: string;
  /** Names that nobody else has, besides the ids. */
  readonly names: readonly string[];
}

/** Two partners that nothing else knows, each with one of everything, and ids that nobody has. */
export type World = Readonly<Record<Target, Belongings>>;

const education = { qualification: 'Education', educationSegment: 'K12' };

export async function newWorld(house: House): Promise<World> {
  return { own: await furnish(house), anothers: await furnish(house), unknown: nobodys() };
}

function nobodys(): Belongings {
  const [tenantId, customerId, reviewId, validationId, correlationId] = Array.from({ length: 5 }, () => randomUUID());
  if (!tenantId || !customerId || !reviewId || !validationId || !correlationId) throw new Error('Five were made.');
  return { tenantId, customerId, reviewId, validationId, correlationId, names: [] };
}

/** Registers a partner and gives it all there is, over the routes. */
async function furnish(house: House): Promise<Belongings> {
  const made = nobodys();
  const { tenantId, customerId, validationId } = made;
  const root = `/vetting/v1/partners/${tenantId}`;
  const [name, companyName, organizationName] = [1, 2, 3].map(() => `Company ${randomUUID()}`) as [
    string,
    string,
    string,
  ];
  const domain = `${randomUUID()}.example.com`;
  const webhookUrl = `http://127.0.0.1:1/${randomUUID()}`;
  const tell = teller(house, tenantId);
  await tell('administrator', 'PUT', root, { name });
  await tell('administrator', 'PUT', `${root}/customers/${customerId}`, { companyName, domain });
  await tell('administrator', 'PUT', `${root}/validation-codes/${validationId}`, { organizationName, maxCreates: 5 });
  await tell('user', 'POST', '/webhooks/v1/registration', { WebhookUrl: webhookUrl, WebhookEvents: ['test-created'] });
  const { correlationId } = await tell('user', 'POST', '/webhooks/v1/registration/validationEvents', {});
  await tell('user', 'POST', `/v1/customers/${customerId}/qualifications`, education);
  const { items } = await tell('reviewer', 'GET', `/vetting/v1/reviews?partner=${tenantId}`);
  const names = [name, companyName, organizationName, domain, webhookUrl];
  return { ...made, reviewId: items[0].id, correlationId, names };
}

function teller(house: House, tenantId: string) {
  return async (caller: CallerName, method: string, path: string, body?: object) => {
    const token = await tokenOf(house, caller, tenantId);
    const { result } = await house.ask({ method, path, token, body: body && json(body) });
    if (result.status >= 300) throw new Error(`${method} ${path} answered ${result.status}: ${result.text}`);
    return JSON.parse(result.text);
  };
}

/** A body as a request carries it: an object as JSON, text as lines of it. */
export function json(body: object | string): NonNullable<WireRequest['body']> {
  return typeof body === 'string'
    ? { type: 'application/x-ndjson', text: body }
    : { type: 'application/json', text: JSON.stringify(body) };
}

/** A token of this caller, where it has one; of the partner, whom it acts for. */
export async function tokenOf(house: House, caller: CallerName, partnerId: string): Promise<string | undefined> {
  const claims = claimsOf(caller, partnerId);
  return claims && house.token(claims);
}

/** The subject of app-only tokens: another than the user's, who may not decide what he requested. */
const reviewerId = '6e1fab25-8d73-4c90-9f42-7bac1d2e3f02';

function claimsOf(caller: CallerName, tid: string): JWTPayload | undefined {
  const roles = ['Vetting.Review', 'Vetting.Administer'];
  const claims: Readonly<Record<CallerName, JWTPayload | undefined>> = {
    nobody: undefined,
    app: { tid, scp: undefined, amr: undefined },
    user: { tid },
    reviewer: { tid: operatorTenant, oid: reviewerId, roles: roles.slice(0, 1) },
    administrator: { tid: operatorTenant, roles: roles.slice(1) },
    selfAppointed: { tid, roles },
    unregistered: { tid: stranger, roles },
  };
  return claims[caller];
}
