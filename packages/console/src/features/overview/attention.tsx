import { makeStyles, Text, tokens, typographyStyles } from '@fluentui/react-components';
import { CheckmarkCircleFilled, ClockFilled, DismissCircleFilled } from '@fluentui/react-icons';
import type { CustomerWithQualifications } from '@vetted/client';
import { type ReactNode, useId } from 'react';
import { Link } from 'react-router';
import { useNow } from '../../session/service-clock.js';
import { customerPath } from '../../ui/paths.js';
import { timeLeft } from '../../ui/time-left-words.js';
import { type AttentionList, useDueDates } from './overview-queries.js';

const useStyles = makeStyles({
  lists: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 22rem), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  section: { display: 'grid', gap: tokens.spacingVerticalS },
  heading: { ...typographyStyles.subtitle1, margin: 0 },
  card: {
    display: 'grid',
    alignContent: 'start',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalL,
    minWidth: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  title: {
    ...typographyStyles.subtitle2,
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    margin: 0,
  },
  denied: { color: tokens.colorStatusDangerForeground1, flexShrink: 0 },
  overdue: { color: tokens.colorStatusWarningForeground1, flexShrink: 0 },
  calm: { color: tokens.colorStatusSuccessForeground1, flexShrink: 0 },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  row: {
    display: 'grid',
    padding: `${tokens.spacingVerticalS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    overflowWrap: 'anywhere',
  },
  link: {
    color: tokens.colorBrandForegroundLink,
    textDecorationLine: 'none',
    minHeight: '24px',
    ':hover': { textDecorationLine: 'underline' },
  },
  why: { ...typographyStyles.caption1, color: tokens.colorNeutralForeground2 },
  nothing: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
});

interface AttentionProps {
  readonly resubmittable: AttentionList;
  readonly overdue: AttentionList;
}

/** What a person should look at first, or that there is nothing. */
export function Attention({ resubmittable, overdue }: AttentionProps) {
  const styles = useStyles();
  const headingId = useId();
  const isCalm = resubmittable.totalCount + overdue.totalCount === 0;
  return (
    <section className={styles.section} aria-labelledby={headingId}>
      <h2 id={headingId} className={styles.heading}>
        Needs attention
      </h2>
      {isCalm ? <NothingToDo /> : <Lists resubmittable={resubmittable} overdue={overdue} />}
    </section>
  );
}

function NothingToDo() {
  const styles = useStyles();
  return (
    <div className={styles.card}>
      <div className={styles.nothing}>
        <CheckmarkCircleFilled className={styles.calm} fontSize={24} />
        <Text>Nothing needs your attention. No denial waits for a new request, and no review is overdue.</Text>
      </div>
    </div>
  );
}

function Lists({ resubmittable, overdue }: AttentionProps) {
  const styles = useStyles();
  const now = useNow();
  const dueDates = useDueDates(overdue.customers);
  return (
    <div className={styles.lists}>
      <List
        title="Denied, can be requested again"
        icon={<DismissCircleFilled className={styles.denied} fontSize={20} />}
        to="/customers?attention=Resubmittable"
        list={resubmittable}
        why={reasonOf}
      />
      <List
        title="In review, overdue"
        icon={<ClockFilled className={styles.overdue} fontSize={20} />}
        to="/customers?attention=Overdue"
        list={overdue}
        why={(_, index) => {
          const dueAt = dueDates[index];
          return dueAt === undefined ? 'Overdue' : timeLeft(dueAt, now).words;
        }}
      />
    </div>
  );
}

/** Education alone can be requested again. */
function reasonOf({ qualifications }: CustomerWithQualifications): string {
  return qualifications.find(({ qualification }) => qualification === 'Education')?.vettingReason ?? 'Denied';
}

interface ListProps {
  readonly title: string;
  readonly icon: ReactNode;
  /** Where all of them are listed. */
  readonly to: string;
  readonly list: AttentionList;
  readonly why: (customer: CustomerWithQualifications, index: number) => string;
}

function List({ title, icon, to, list: { customers, totalCount }, why }: ListProps) {
  const styles = useStyles();
  if (totalCount === 0) return null;
  return (
    <div className={styles.card}>
      <h3 className={styles.title}>
        {icon}
        {title} ({totalCount.toLocaleString()})
      </h3>
      <ul className={styles.list} aria-label={title}>
        {customers.map((one, index) => (
          <li key={one.customer.id} className={styles.row}>
            <Link to={customerPath(one.customer.id, 'qualifications')} className={styles.link}>
              <bdi>{one.customer.companyProfile.companyName}</bdi>
            </Link>
            <bdi className={styles.why}>{why(one, index)}</bdi>
          </li>
        ))}
      </ul>
      {totalCount > customers.length && (
        <Link to={to} className={styles.link}>
          Show all {totalCount.toLocaleString()}
        </Link>
      )}
    </div>
  );
}
