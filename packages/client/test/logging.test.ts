import { AzureLogger, setLogLevel } from '@azure/logger';
import { afterEach, expect, it } from 'vitest';
import { CUSTOMER_ID, clientOf, TOKEN } from './fixture.js';
import { json, startScriptedServer } from './scripted-server.js';

const { log } = AzureLogger;
afterEach(() => {
  AzureLogger.log = log;
  setLogLevel(undefined);
});

it('logs requests with their ids at level info, and neither the token nor what is searched for', async () => {
  await using server = await startScriptedServer(json({ items: [] }));
  const lines: string[] = [];
  AzureLogger.log = (...parts) => void lines.push(parts.join(' '));
  setLogLevel('info');
  const correlationId = '7d2456fd-2d79-46d0-9f8e-5d7ecd5f8745';
  const filter = { field: 'CompanyName', startsWith: 'Fabrikam' } as const;
  await clientOf(server).customers.list({ correlationId, filter, pageSize: 7 }).next();
  const text = lines.join('\n');
  expect(text).toContain('azure:vetted-client:info Request: ');
  expect(text).toContain(correlationId);
  expect(text).toContain('size=7');
  expect(text).toContain('Response status code: 200');
  expect(text).not.toContain(TOKEN);
  expect(text).not.toContain('Fabrikam');
});

it('logs nothing where no level is set', async () => {
  await using server = await startScriptedServer(json([]));
  const lines: string[] = [];
  AzureLogger.log = (...parts) => void lines.push(parts.join(' '));
  await clientOf(server).customers.byId(CUSTOMER_ID).qualification.getQualifications();
  expect(lines).toEqual([]);
});
