import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Qualification, Review } from '@vetted/client';
import { startSandbox, type TestSandbox } from '@vetted/testkit';
import { type Outcome, type Running, start, vetted } from './support.js';

/** The built command. */
export const bin = fileURLToPath(new URL('../bin/vetted.js', import.meta.url));

/** A sandbox in this process, which the command finds by its data folder. */
export interface Desk extends TestSandbox {
  readonly home: string;
  vetted(...args: string[]): Promise<Outcome>;
  /** The same, not waiting for its end. */
  startVetted(...args: string[]): Running;
  /** Adds a customer without a qualification, and gives its id. */
  newCustomer(companyName?: string): Promise<string>;
  /** Requests Education for a new customer, and gives the review that it opened. */
  submit(companyName: string): Promise<Review>;
  review(id: string): Promise<Review>;
  qualificationsOf(customerId: string): Promise<Qualification[]>;
}

/** Starts it on a free port. `close` removes its data, too. */
export async function startDesk(): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), 'vetted-desk-'));
  const sandbox = await startSandbox({ home });
  const env = { VETTED_HOME: home };
  const reviews = async (path: string) =>
    (await sandbox.get(`/vetting/v1/reviews${path}`, { token: await sandbox.userToken('reviewer') })).body;
  const desk: Desk = {
    ...sandbox,
    home,
    vetted: (...args) => vetted(args, { env }),
    startVetted: (...args) => start(bin, args, { env }),
    async newCustomer(companyName = 'Litware School') {
      const customer = { companyName, domain: 'school.example.edu' };
      return (await sandbox.post('/sandbox/v1/customers', customer)).body.id;
    },
    async submit(companyName) {
      const customerId = await desk.newCustomer(companyName);
      const { status } = await sandbox.request(customerId, { qualification: 'Education', educationSegment: 'K12' });
      if (status !== 201) throw new Error(`The request was answered ${status}.`);
      return (await reviews(`?search=${customerId}`)).items[0];
    },
    review: (id) => reviews(`/${id}`),
    qualificationsOf: async (customerId) => (await sandbox.qualifications(customerId)).body,
    async close() {
      await sandbox.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  return desk;
}
