import { examples, otherPartner, unqualified } from '@vetted/testkit';
import { describe, expect, it } from 'vitest';
import { startSandbox, temporaryFolder, vetted } from './support.js';

const [approved, inReview, denied, stateOwned, , withGcc] = examples;
const GUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/;

describe('vetted get', () => {
  it("prints the array of each of Partner Center's documented examples", async () => {
    const sandbox = await startSandbox();
    for (const { title, customerId, qualifications } of examples) {
      const { exitCode, stdout, stderr } = await sandbox.vetted('get', '--json', customerId);
      expect([title, exitCode, stderr, JSON.parse(stdout)]).toEqual([title, 0, '', qualifications]);
    }
  });

  it('prints a table of one customer, of several, and words where there is nothing', async () => {
    const sandbox = await startSandbox();
    expect((await sandbox.vetted('get', denied.customerId)).stdout).toMatchInlineSnapshot(`
      "Qualification  Status  Requested (UTC)   Reason
      Education      Denied  2020-12-03 10:37  Not an Education Customer
      "
    `);
    const several = [inReview, denied, withGcc].map(({ customerId }) => customerId);
    expect((await sandbox.vetted('get', ...several, unqualified.litware)).stdout).toMatchInlineSnapshot(`
      "  Qualification             Status    Requested (UTC)   Reason
      1b5e1d7f-6e4c-4d2b-8c8f-2a3e4d5c6b02
        Education                 InReview  2020-12-03 10:37
      2c6f2e80-7f5d-4e3c-9d90-3b4f5e6d7c03
        Education                 Denied    2020-12-03 10:37  Not an Education Customer
      5f9251b3-a280-416f-80c3-6e7281a0af06
        GovernmentCommunityCloud  Approved  2021-05-06 19:59
        StateOwnedEntity          -
      71b473d5-c4a2-4381-82e5-809403c2d108
        no qualification
      "
    `);
    expect((await sandbox.vetted('get', unqualified.litware)).stdout).toBe('This customer has no qualification.\n');
    expect((await sandbox.vetted('get', '--json', unqualified.litware)).stdout).toBe('[]\n');
  });

  it('prints the arrays of several customers as one object', async () => {
    const sandbox = await startSandbox();
    const { stdout } = await sandbox.vetted('get', '--json', approved.customerId, stateOwned.customerId);
    expect(JSON.parse(stdout)).toEqual({
      [approved.customerId]: approved.qualifications,
      [stateOwned.customerId]: stateOwned.qualifications,
    });
  });

  it('says in one sentence why the service refused, with the fault and the correlation id', async () => {
    const sandbox = await startSandbox();
    const { exitCode, stdout, stderr } = await sandbox.vetted('get', otherPartner.customerId);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr.replace(GUID, '<id>')).toBe(
      'vetted: This partner has no customer with this customer tenant id (fault 60003, correlation id <id>).\n',
    );
  });

  it('prints the customers it got and names the one that was refused', async () => {
    const sandbox = await startSandbox();
    const outcome = await sandbox.vetted('get', '--json', otherPartner.customerId, approved.customerId);
    expect(outcome.exitCode).toBe(1);
    expect(JSON.parse(outcome.stdout)).toEqual({ [approved.customerId]: approved.qualifications });
    expect(outcome.stderr).toContain(`vetted: ${otherPartner.customerId}: This partner has no customer`);
  });

  it('says how to start a sandbox that no longer answers', async () => {
    const sandbox = await startSandbox();
    await sandbox.stop();
    expect(await sandbox.vetted('get', approved.customerId)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `vetted: Nothing answers at ${sandbox.baseUrl}. Start the sandbox with: npx vetted serve --sandbox\n`,
    });
  });

  it('asks Partner Center where there is no sandbox, and says what is missing for that', async () => {
    const home = await temporaryFolder();
    // Only what the environment holds is looked at, so that nothing outside this machine is asked.
    const env = { VETTED_HOME: home, AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' };
    const { exitCode, stdout, stderr } = await vetted(['get', approved.customerId], { env });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'vetted: No sign-in for Partner Center was found: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, ' +
        `or run az login. (There is no sandbox in ${home}; start one with: npx vetted serve --sandbox)\n`,
    );
  });
});

describe('vetted customers', () => {
  it("lists the partner's customers, all or those whose name starts with a text", async () => {
    const sandbox = await startSandbox();
    const all = await sandbox.vetted('customers');
    expect(all.stdout.trimEnd().split('\n')).toHaveLength(9);
    expect((await sandbox.vetted('customers', '--search', 'fab')).stdout).toBe(
      `Customer tenant id                    Company\n${inReview.customerId}  Fabrikam Academy\n`,
    );
    expect((await sandbox.vetted('customers', '--search', 'zzz')).stdout).toBe('No customer matches.\n');
  });

  it('prints them as JSON, as the service sent them', async () => {
    const sandbox = await startSandbox();
    const { stdout } = await sandbox.vetted('customers', '--json', '--search', 'Fabrikam');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        id: inReview.customerId,
        companyProfile: { companyName: 'Fabrikam Academy' },
        relationshipToPartner: 'reseller',
      },
    ]);
  });

  it('ends quietly when its reader does', async () => {
    const sandbox = await startSandbox();
    const running = sandbox.startVetted('customers');
    running.child.stdout.destroy();
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('vetted token', () => {
  it.each([
    [[], { scp: undefined, roles: undefined }],
    [['--user', 'agent'], { scp: 'user_impersonation', roles: undefined }],
    [['--user', 'reviewer'], { scp: 'user_impersonation', roles: ['Vetting.Review'] }],
    [['--user', 'administrator'], { scp: 'user_impersonation', roles: ['Vetting.Review', 'Vetting.Administer'] }],
  ])('prints an access token and nothing else with %j', async (args, expected) => {
    const sandbox = await startSandbox();
    const { exitCode, stdout, stderr } = await sandbox.vetted('token', ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const { scp, roles } = JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString());
    expect({ scp, roles }).toEqual(expected);
  });
});
