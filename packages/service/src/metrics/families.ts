import type { ConnectionCounts } from '../domain/store.js';
import type { Backlog } from './backlog.js';
import { bounds, type Durations } from './durations.js';
import type { ServiceCounts } from './service-counts.js';

type Labels = Readonly<Record<string, string | number>>;

interface Sample {
  readonly value: number;
  readonly labels: Labels;
  /** Where it differs from the family's: a histogram's parts. */
  readonly metricName?: string;
}

/** A metric with its values, as Prometheus reads it. No label names a partner or a customer. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly values: readonly Sample[];
}

/** What is known at the moment of a scrape. */
export interface Snapshot {
  readonly counts: ServiceCounts;
  readonly connections: readonly ConnectionCounts[];
  /** Undefined where the database does not answer. */
  readonly backlog: Backlog | undefined;
  readonly now: Date;
  readonly version: string;
}

export function familiesOf(snapshot: Snapshot): readonly Family[] {
  return [
    gauge('vetted_build_info', 'Always 1; the version is the label.', [
      { value: 1, labels: { version: snapshot.version } },
    ]),
    ...requestFamilies(snapshot.counts),
    ...storeFamilies(snapshot),
    ...workFamilies(snapshot),
  ];
}

function requestFamilies({ requests, tokens }: ServiceCounts): Family[] {
  const routes = requests.routes();
  return [
    counter(
      'vetted_http_requests_total',
      'Requests by route and status; 499 where the caller was gone before the answer.',
      routes.flatMap(({ method, route, statuses }) =>
        [...statuses].map(([status, value]) => ({ value, labels: { method, route, status } })),
      ),
    ),
    histogram(
      'vetted_http_request_duration_seconds',
      'From the head of a request to the end of its answer, by route.',
      routes.map(({ method, route, durations }) => [{ method, route }, durations]),
    ),
    gauge('vetted_http_requests_in_flight', 'Requests under way, open streams of events among them.', [
      one(requests.inFlight),
    ]),
    counter('vetted_http_faults_total', 'Answers that were faults, by the name of the fault.', [
      ...[...requests.faults].map(([fault, value]) => ({ value, labels: { fault } })),
    ]),
    counter('vetted_token_checks_total', 'Tokens that were not known and were looked at, by what came of it.', [
      ...byOutcome(tokens),
    ]),
  ];
}

function storeFamilies({ counts, connections, backlog }: Snapshot): Family[] {
  const byPurpose = (count: (connections: ConnectionCounts) => number) =>
    connections.map((each) => ({ value: count(each), labels: { purpose: each.purpose } }));
  return [
    gauge('vetted_database_up', 'Whether the database answered when it was asked for this page.', [
      one(backlog === undefined ? 0 : 1),
    ]),
    histogram(
      'vetted_store_transaction_wait_seconds',
      'Time that transactions waited for a connection and, on SQLite, for the write lock.',
      [[{}, counts.transactionWaits]],
    ),
    histogram('vetted_store_transaction_duration_seconds', 'Time that transactions took once they had begun.', [
      [{}, counts.transactions],
    ]),
    gauge(
      'vetted_store_connections_max',
      'Connections to PostgreSQL that there may be.',
      byPurpose((c) => c.limit),
    ),
    gauge('vetted_store_connections', 'Connections to PostgreSQL, by state.', [
      ...connections.flatMap(({ purpose, open, idle }) => [
        { value: idle, labels: { purpose, state: 'idle' } },
        { value: open - idle, labels: { purpose, state: 'used' } },
      ]),
    ]),
    gauge('vetted_store_connection_waiters', 'How many wait for a connection to PostgreSQL.', [
      ...byPurpose((c) => c.waiting),
    ]),
  ];
}

function workFamilies({ counts, backlog, now }: Snapshot): Family[] {
  const { pending, oldestAt, dueAt } = backlog?.deliveries ?? {};
  const asked = (value: number | undefined) => (backlog === undefined ? [] : [one(value ?? 0)]);
  const since = (at: string | undefined) =>
    at === undefined ? 0 : Math.max(0, (now.getTime() - Date.parse(at)) / 1000);
  return [
    gauge('vetted_webhook_deliveries_pending', 'Deliveries that have not ended, up to 10000.', asked(pending)),
    gauge('vetted_webhook_oldest_pending_age_seconds', 'Age of the oldest event among them.', asked(since(oldestAt))),
    gauge('vetted_webhook_late_seconds', 'How long the one that is due first has been due.', asked(since(dueAt))),
    counter('vetted_webhook_attempts_total', 'Attempts of this process, by what came of them.', [
      ...byOutcome(counts.attempts),
    ]),
    gauge('vetted_reviews_open', 'Reviews that wait for a decision, up to 10000.', asked(backlog?.reviews.open)),
    gauge('vetted_reviews_overdue', 'Those of them whose due date has passed.', asked(backlog?.reviews.overdue)),
  ];
}

function one(value: number): Sample {
  return { value, labels: {} };
}

function byOutcome(counts: object): Sample[] {
  return Object.entries(counts).map(([outcome, value]) => ({ value, labels: { outcome } }));
}

function gauge(name: string, help: string, values: readonly Sample[]): Family {
  return { name, help, type: 'gauge', values };
}

function counter(name: string, help: string, values: readonly Sample[]): Family {
  return { name, help, type: 'counter', values };
}

function histogram(name: string, help: string, series: readonly (readonly [Labels, Durations])[]): Family {
  const values = series.flatMap(([labels, durations]) => {
    const counts = durations.cumulated();
    const count = counts.at(-1) ?? 0;
    return [
      ...counts.map((value, index) => ({
        value,
        labels: { ...labels, le: bounds[index] ?? '+Inf' },
        metricName: `${name}_bucket`,
      })),
      { value: durations.sum, labels, metricName: `${name}_sum` },
      { value: count, labels, metricName: `${name}_count` },
    ];
  });
  return { name, help, type: 'histogram', values };
}
