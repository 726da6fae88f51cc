import { makeStyles, mergeClasses, tokens, typographyStyles } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { type Tone, useToneStyles } from './tones.js';

const useStyles = makeStyles({
  rows: { display: 'grid', gap: tokens.spacingVerticalM, listStyleType: 'none', margin: 0, padding: 0 },
  name: { overflowWrap: 'anywhere' },
  total: { color: tokens.colorNeutralForeground3 },
  bar: { display: 'flex', flexWrap: 'wrap', gap: '2px', minWidth: 'fit-content', marginTop: tokens.spacingVerticalXXS },
  segment: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXXS,
    minWidth: 'fit-content',
    flexBasis: 0,
    boxSizing: 'border-box',
    padding: `${tokens.spacingVerticalXXS} ${tokens.spacingHorizontalS}`,
    minHeight: '28px',
    borderRadius: tokens.borderRadiusSmall,
    textDecorationLine: 'none',
    ...typographyStyles.body1Strong,
    ':hover': { textDecorationLine: 'underline' },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
});

export interface Segment {
  readonly name: string;
  readonly tone: Tone;
  readonly icon: ReactNode;
  readonly count: number;
  /** Where what is counted is listed. */
  readonly to: string;
}

export interface Bar {
  readonly name: string;
  readonly segments: readonly Segment[];
}

interface StackedBarsProps {
  readonly bars: readonly Bar[];
  /** What is counted, in the singular and the plural. */
  readonly unit: readonly [one: string, other: string];
}

const number = new Intl.NumberFormat();

/** Bars on one scale, each part of which bears its sign and its number, and leads to what it counts. */
export function StackedBars({ bars, unit }: StackedBarsProps) {
  const styles = useStyles();
  const tones = useToneStyles();
  const longest = Math.max(...bars.map(totalOf));
  return (
    <ul className={styles.rows}>
      {bars.map((bar) => (
        <li key={bar.name}>
          <span className={styles.name}>{bar.name}</span>{' '}
          <span className={styles.total}>{number.format(totalOf(bar))}</span>
          <div className={styles.bar} style={{ width: `${(100 * totalOf(bar)) / longest}%` }}>
            {bar.segments.map(({ name, tone, icon, count, to }) => (
              <Link
                key={name}
                to={to}
                className={mergeClasses(styles.segment, tones[tone])}
                style={{ flexGrow: count }}
                aria-label={`${bar.name}, ${name}: ${number.format(count)} ${count === 1 ? unit[0] : unit[1]}`}
              >
                {icon}
                {number.format(count)}
              </Link>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

function totalOf({ segments }: Bar): number {
  return segments.reduce((sum, { count }) => sum + count, 0);
}
