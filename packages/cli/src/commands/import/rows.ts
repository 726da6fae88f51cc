import type { QualificationName, QualificationRequest } from '@vetted/client';
import { isGuid } from '@vetted/contract/guid';
import { openText, readRows } from '../../csv.js';
import { qualificationChoices, qualificationNamed, segmentChoices, segmentNamed } from '../qualification-names.js';

/** The columns of a file of requests. */
export const requestColumns = ['customerId', 'qualification', 'educationSegment', 'website', 'validationCode'] as const;
type Column = (typeof requestColumns)[number];
type Cells = ReadonlyMap<string, string>;

/** One request of the file. */
export interface RequestRow {
  /** The line that it begins on. */
  readonly line: number;
  readonly customerId: string;
  readonly request: QualificationRequest & { readonly qualification: QualificationName };
}

/** A whole file: its requests, or what is wrong with its lines, each in a sentence. */
export interface RequestFile {
  readonly rows: readonly RequestRow[];
  readonly problems: readonly string[];
}

/** Reads a file whole, and checks what can be checked without the service. Throws WrongUse where there is none. */
export async function readRequests(file: string): Promise<RequestFile> {
  const rows: RequestRow[] = [];
  const problems: string[] = [];
  const lineOf = new Map<string, number>();
  for await (const row of readRows(await openText(file), { names: requestColumns, ignoreCase: true })) {
    const read = 'problem' in row ? [row.problem] : requestOf(row.line, row.cells);
    if (Array.isArray(read)) {
      problems.push(...read.map((problem) => `line ${row.line}: ${problem}`));
      continue;
    }
    const key = keyOf(read.customerId, read.request.qualification);
    const first = lineOf.get(key);
    if (first !== undefined) problems.push(`line ${row.line}: asks for the same as line ${first}`);
    lineOf.set(key, first ?? row.line);
    rows.push(read);
  }
  if (rows.length === 0 && problems.length === 0) problems.push('it holds no request');
  return { rows, problems };
}

/** What two requests have in common that ask for the same thing. */
export function keyOf(customerId: string, qualification: string): string {
  return `${customerId} ${qualification}`;
}

const columnsOf: Readonly<Record<QualificationName, { needs: readonly Column[]; has: readonly Column[] }>> = {
  Education: { needs: ['educationSegment'], has: ['educationSegment', 'website'] },
  GovernmentCommunityCloud: { needs: ['validationCode'], has: ['validationCode'] },
  StateOwnedEntity: { needs: [], has: [] },
};

/** The request of a row, or what is wrong with it. */
function requestOf(line: number, cells: Cells): RequestRow | string[] {
  const customerId = cells.get('customerId');
  const name = cells.get('qualification');
  const segment = cells.get('educationSegment');
  const qualification = name === undefined ? undefined : qualificationNamed(name);
  const educationSegment = segment === undefined ? undefined : segmentNamed(segment);
  const problems = [
    ...(isGuid(customerId) ? [] : [`customerId ${told(customerId)} is not a GUID`]),
    ...(qualification === undefined
      ? [`qualification ${told(name)} is none of ${qualificationChoices.join(', ')}`]
      : memberProblems(qualification, cells)),
    ...(segment === undefined || educationSegment !== undefined
      ? []
      : [`educationSegment ${told(segment)} is none of ${segmentChoices.join(', ')}`]),
  ];
  if (problems.length > 0 || customerId === undefined || qualification === undefined) return problems;
  const [website, validationCode] = [cells.get('website'), cells.get('validationCode')];
  const request = {
    qualification,
    ...(educationSegment !== undefined && { educationSegment }),
    ...(website !== undefined && { website }),
    ...(validationCode !== undefined && { validationCode }),
  };
  return { line, customerId: customerId.toLowerCase(), request };
}

function memberProblems(qualification: QualificationName, cells: Cells): string[] {
  const { needs, has } = columnsOf[qualification];
  const missing = needs.filter((column) => !cells.has(column));
  const foreign = [...cells.keys()].filter(
    (column) => column !== 'customerId' && column !== 'qualification' && !has.some((own) => own === column),
  );
  return [
    ...missing.map((column) => `${column} is required for ${qualification}`),
    ...foreign.map((column) => `${column} does not belong to a request for ${qualification}`),
  ];
}

function told(cell: string | undefined): string {
  return cell === undefined ? '(empty)' : `"${cell}"`;
}
