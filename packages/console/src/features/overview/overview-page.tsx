import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { VettingOverview } from '@vetted/client';
import { Link } from 'react-router';
import { failureOf } from '../../queries/unreached.js';
import { Empty } from '../../ui/empty.js';
import { Failure } from '../../ui/failure.js';
import { Loading } from '../../ui/loading.js';
import { Page } from '../../ui/page.js';
import { Attention } from './attention.js';
import { DecisionsChart, TimeChart } from './decision-charts.js';
import { useAttention, useSummary } from './overview-queries.js';
import { StatusChart } from './status-chart.js';

const useStyles = makeStyles({
  charts: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 30rem), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  wide: { gridColumn: '1 / -1' },
  panel: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
});

/** Where a partner stands: what to look at first, then the numbers. */
export function OverviewPage() {
  const summary = useSummary();
  const resubmittable = useAttention('Resubmittable');
  const overdue = useAttention('Overdue');
  const failed = [summary, resubmittable, overdue].filter((query) => failureOf(query) !== null);
  const isLoading = [summary, resubmittable, overdue].some(({ isPending }) => isPending);
  return (
    <Page title="Overview">
      {failed[0] && (
        <Failure
          title="The overview could not be loaded"
          error={failed[0].error}
          onRetry={() => {
            for (const query of failed) void query.refetch();
          }}
        />
      )}
      {isLoading && <Loading label="Loading the overview" />}
      {!isLoading && resubmittable.data && overdue.data && (
        <Attention resubmittable={resubmittable.data} overdue={overdue.data} />
      )}
      {!isLoading && summary.data && <Charts overview={summary.data} />}
    </Page>
  );
}

function Charts({ overview: { counts, days, hoursToDecision } }: { readonly overview: VettingOverview }) {
  const styles = useStyles();
  if (counts.length === 0) return <NoQualifications />;
  // The days begin at midnight, what the hours are counted from does not.
  const hasDecisions = days.some(({ approved, denied }) => approved + denied > 0);
  return (
    <div className={styles.charts}>
      <div className={styles.wide}>
        <StatusChart counts={counts} />
      </div>
      {hasDecisions ? (
        <>
          <DecisionsChart days={days} />
          {hoursToDecision && <TimeChart days={days} hoursToDecision={hoursToDecision} />}
        </>
      ) : (
        <NoDecisions />
      )}
    </div>
  );
}

function NoQualifications() {
  const styles = useStyles();
  return (
    <div className={styles.panel}>
      <Empty title="No customer has a qualification yet" action={<Link to="/customers">Go to the customers</Link>}>
        Once you have requested one, this page shows where every request stands.
      </Empty>
    </div>
  );
}

function NoDecisions() {
  const styles = useStyles();
  return (
    <div className={mergeClasses(styles.panel, styles.wide)}>
      <Empty title="No decisions in the last 30 days">
        Once a request is approved or denied, the days and the time that it took are shown here.
      </Empty>
    </div>
  );
}
