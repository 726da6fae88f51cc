import { makeStyles, tokens, typographyStyles } from '@fluentui/react-components';
import type { VettingOverview } from '@vetted/client';
import { Chart } from '../../ui/charts/chart.js';
import { Columns } from '../../ui/charts/columns.js';
import { Legend } from '../../ui/charts/legend.js';
import { hoursInWords } from './hours-in-words.js';

const useStyles = makeStyles({
  figures: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXL, margin: 0 },
  term: { ...typographyStyles.caption1, color: tokens.colorNeutralForeground2 },
  value: { ...typographyStyles.subtitle1, margin: 0 },
});

type Days = VettingOverview['days'];

/** The days are those of UTC, and are named as such whatever the reader's time zone. */
const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const nameOf = (date: string) => dayFormat.format(new Date(date));

const decisionTones = ['good', 'bad'] as const;
const hourTones = ['plain'] as const;

/** What was decided on each of the last 30 days. */
export function DecisionsChart({ days }: { readonly days: Days }) {
  const approved = days.reduce((sum, day) => sum + day.approved, 0);
  const denied = days.reduce((sum, day) => sum + day.denied, 0);
  const columns = days.map((day) => ({
    name: nameOf(day.date),
    description: `${nameOf(day.date)}: ${day.approved} approved, ${day.denied} denied`,
    values: [day.approved || undefined, day.denied || undefined],
  }));
  const rows = days
    .filter(({ approved, denied }) => approved + denied > 0)
    .map((day) => [nameOf(day.date), day.approved.toLocaleString(), day.denied.toLocaleString()]);
  return (
    <Chart title="Decisions, last 30 days (UTC)" table={{ head: ['Day', 'Approved', 'Denied'], rows }}>
      <Columns
        columns={columns}
        tones={decisionTones}
        summary={`In 30 days ${approved} approved and ${denied} denied. The table tells it day by day.`}
        format={(value) => value.toLocaleString()}
      />
      <Legend
        entries={[
          { name: `Approved: ${approved.toLocaleString()}`, tone: 'good' },
          { name: `Denied: ${denied.toLocaleString()}`, tone: 'bad' },
        ]}
      />
    </Chart>
  );
}

interface TimeChartProps {
  readonly days: Days;
  readonly hoursToDecision: NonNullable<VettingOverview['hoursToDecision']>;
}

/** How long decisions took, by the day on which they were made. */
export function TimeChart({ days, hoursToDecision: { median, percentile90 } }: TimeChartProps) {
  const styles = useStyles();
  const decided = days.flatMap(({ date, medianHours }) => (medianHours === undefined ? [] : [{ date, medianHours }]));
  const columns = days.map(({ date, medianHours }) => ({
    name: nameOf(date),
    description: `${nameOf(date)}: ${medianHours === undefined ? 'no decision' : hoursInWords(medianHours)}`,
    values: [medianHours],
  }));
  const rows = decided.map(({ date, medianHours }) => [nameOf(date), hoursInWords(medianHours)]);
  return (
    <Chart title="Time to decision, last 30 days (UTC)" table={{ head: ['Day', 'Median'], rows }}>
      <dl className={styles.figures}>
        <div>
          <dt className={styles.term}>Median</dt>
          <dd className={styles.value}>{hoursInWords(median)}</dd>
        </div>
        <div>
          <dt className={styles.term}>Nine in ten within</dt>
          <dd className={styles.value}>{hoursInWords(percentile90)}</dd>
        </div>
      </dl>
      <Columns
        columns={columns}
        tones={hourTones}
        summary={`The median of each day on which decisions were made, ${decided.length} in all. The table tells them.`}
        format={(value) => `${value.toLocaleString()} h`}
      />
    </Chart>
  );
}
