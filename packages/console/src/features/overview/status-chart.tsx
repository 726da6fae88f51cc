import { CheckmarkCircleFilled, ClockFilled, DismissCircleFilled, ShieldCheckmarkFilled } from '@fluentui/react-icons';
import type { VettingOverview } from '@vetted/client';
import { Chart } from '../../ui/charts/chart.js';
import { Legend, type LegendEntry } from '../../ui/charts/legend.js';
import { type Bar, StackedBars } from '../../ui/charts/stacked-bars.js';
import { qualificationWord, statusWord } from '../../ui/words.js';

type Counts = VettingOverview['counts'];

/** In the order in which a bar shows them; the last one for what nobody vets. */
const statuses: readonly (LegendEntry & { readonly status: Counts[number]['vettingStatus'] })[] = [
  { status: 'Approved', name: statusWord('Approved'), tone: 'good', icon: <CheckmarkCircleFilled /> },
  { status: 'InReview', name: statusWord('InReview'), tone: 'open', icon: <ClockFilled /> },
  { status: 'Denied', name: statusWord('Denied'), tone: 'bad', icon: <DismissCircleFilled /> },
  { status: undefined, name: 'Effective without vetting', tone: 'plain', icon: <ShieldCheckmarkFilled /> },
];

/** How many customers have which qualification in which status; each number leads to them. */
export function StatusChart({ counts }: { readonly counts: Counts }) {
  const table = {
    head: ['Qualification', 'Status', 'Customers'],
    rows: barsOf(counts).flatMap(({ name, segments }) =>
      segments.map((segment) => [name, segment.name, segment.count.toLocaleString()]),
    ),
  };
  const shown = statuses.filter(({ status }) => counts.some(({ vettingStatus }) => vettingStatus === status));
  return (
    <Chart title="Customers by qualification and status" table={table}>
      <StackedBars bars={barsOf(counts)} unit={['customer', 'customers']} />
      <Legend entries={shown} />
    </Chart>
  );
}

function barsOf(counts: Counts): readonly Bar[] {
  const names = [...new Set(counts.map(({ qualification }) => qualification))];
  return names.map((qualification) => ({
    name: qualificationWord(qualification),
    segments: statuses.flatMap(({ status, name, tone, icon }) => {
      const found = counts.find((one) => one.qualification === qualification && one.vettingStatus === status);
      if (found === undefined) return [];
      const query = new URLSearchParams({ qualification, ...(status && { vettingStatus: status }) });
      return [{ name, tone, icon, count: found.count, to: `/customers?${query}` }];
    }),
  }));
}
