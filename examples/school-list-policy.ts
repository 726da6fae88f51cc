// An organisation's own policy: approves schools whose domain stands in schools.csv, and leaves the rest to its reviewers.
//   npx vetted serve --sandbox --policy examples/dist/school-list-policy.js
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { VettingPolicy } from '@vetted/service';
import { parse } from 'csv-parse/sync';

const list = process.env.SCHOOL_LIST ?? fileURLToPath(new URL('../schools.csv', import.meta.url));

const schoolListPolicy: VettingPolicy = {
  async decide({ qualification, domain }) {
    // Read each time, so that a change of the list counts at once. A list that cannot be read refers, by throwing.
    const schools = parse<{ domain: string }>(await readFile(list, 'utf8'), { columns: true, trim: true });
    const isListed = schools.some((school) => school.domain.toLowerCase() === domain.toLowerCase());
    return { decision: qualification === 'Education' && isListed ? 'approve' : 'refer' };
  },
};

export default schoolListPolicy;
