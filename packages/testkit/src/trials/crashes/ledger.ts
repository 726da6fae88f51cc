import { patientFetch } from '../patient.js';

/** What is asked for: one of the three qualifications, or a decision about a review. */
export type Wish = 'Education' | 'GovernmentCommunityCloud' | 'StateOwnedEntity' | 'decision';

/** What the service told the caller. */
export interface Told {
  readonly status: number;
  readonly text: string;
}

/** One write as its caller knows it. However often it is sent, it has one MS-RequestId and one MS-CorrelationId. */
export interface Write {
  readonly requestId: string;
  /** Also stands in the history, with the event and with the delivery: it tells whose they are. */
  readonly correlationId: string;
  /** The caller's tenant. */
  readonly tenantId: string;
  readonly token: string;
  readonly path: string;
  readonly body: object;
  readonly wish: Wish;
  readonly customerId: string;
  readonly validationCode?: string;
  /** Absent as long as nobody was answered. */
  told?: Told;
}

/** Everything that was ever asked of the service, and what it said: what must hold follows from it alone. */
export class Ledger {
  readonly writes: Write[] = [];

  add(write: Write): Write {
    this.writes.push(write);
    return write;
  }

  unanswered(): Write[] {
    return this.writes.filter(({ told }) => told === undefined);
  }

  /** @throws Error where two answers to one write differ, or the service failed */
  answered(write: Write, told: Told): void {
    if (told.status >= 500) throw new Error(`${about(write)} was answered ${told.status}: ${told.text}`);
    if (write.told !== undefined && (write.told.status !== told.status || write.told.text !== told.text)) {
      throw new Error(`${about(write)} was answered ${shown(write.told)} and then ${shown(told)}`);
    }
    write.told = told;
  }
}

/** Names a write in a message. */
export function about({ wish, customerId, requestId }: Write): string {
  return `${wish} for customer ${customerId} (MS-RequestId ${requestId})`;
}

export function shown({ status, text }: Told): string {
  return `${status} ${text}`;
}

/** The fault's code; undefined for a success. */
export function faultOf({ status, text }: Told): string | undefined {
  return status < 300 ? undefined : String((JSON.parse(text) as { code: unknown }).code);
}

/** Sends a write once more. Undefined where no whole answer came. */
export async function send(url: string, write: Write): Promise<Told | undefined> {
  const { path, body, token, requestId, correlationId } = write;
  try {
    const response = await patientFetch(url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'ms-requestid': requestId,
        'ms-correlationid': correlationId,
      },
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    // What fetch throws where the other side is gone, before the answer or in the middle of it.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
