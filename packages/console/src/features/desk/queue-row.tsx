import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import type { Review } from '@vetted/client';
import type { Ref } from 'react';
import { Link } from 'react-router';
import { StatusBadge } from '../../ui/qualification-badge.js';
import { TimeLeft } from '../../ui/time-left.js';
import { qualificationWord } from '../../ui/words.js';
import { openedByPerson } from './location-state.js';

const useStyles = makeStyles({
  item: { position: 'absolute', insetInline: 0, top: 0 },
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXXS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    borderLeft: '4px solid transparent',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  open: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    borderLeftColor: tokens.colorCompoundBrandStroke,
  },
  // What is longer than two lines is read in the review.
  text: {
    display: '-webkit-box',
    '-webkit-box-orient': 'vertical',
    '-webkit-line-clamp': '2',
    overflow: 'hidden',
    overflowWrap: 'anywhere',
  },
  detail: { gridColumn: '1 / -1', color: tokens.colorNeutralForeground2 },
});

interface QueueRowProps {
  /** Measures the row's height. */
  readonly ref: Ref<HTMLLIElement>;
  readonly review: Review;
  readonly index: number;
  /** Where the row begins, in pixels from the top of the list. */
  readonly start: number;
  /** How many rows there are in all, of which only those in sight are in the page. */
  readonly count: number | undefined;
  readonly now: number;
  /** Whether the keyboard is at this row. */
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly queryText: string;
  readonly onFocus: () => void;
}

/** One review of the queue: a link that opens it. */
export function QueueRow({ ref, review, index, start, count, now, isActive, isOpen, ...props }: QueueRowProps) {
  const styles = useStyles();
  const { id, companyName, domain, qualification, attempt, partnerName, status, dueAt } = review;
  return (
    <li
      ref={ref}
      data-index={index}
      className={styles.item}
      style={{ transform: `translateY(${start}px)` }}
      aria-setsize={count ?? -1}
      aria-posinset={index + 1}
    >
      <Link
        to={`/desk/${id}${props.queryText}`}
        state={openedByPerson}
        className={mergeClasses(styles.row, isOpen && styles.open)}
        tabIndex={isActive ? 0 : -1}
        aria-current={isOpen ? 'true' : undefined}
        onFocus={props.onFocus}
      >
        <Text weight="semibold" className={styles.text}>
          <bdi>{companyName}</bdi>
        </Text>
        {status === 'InReview' ? <TimeLeft dueAt={dueAt} now={now} /> : <StatusBadge status={status} />}
        <Text size={200} className={mergeClasses(styles.text, styles.detail)}>
          {qualificationWord(qualification)} · Attempt {attempt} · <bdi>{domain}</bdi>
        </Text>
        <Text size={200} className={mergeClasses(styles.text, styles.detail)}>
          Partner: <bdi>{partnerName}</bdi>
        </Text>
      </Link>
    </li>
  );
}
