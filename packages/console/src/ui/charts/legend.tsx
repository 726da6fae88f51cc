import { makeStyles, mergeClasses, tokens, typographyStyles } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { type Tone, useToneStyles } from './tones.js';

const useStyles = makeStyles({
  legend: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    ...typographyStyles.caption1,
  },
  entry: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  swatch: {
    display: 'grid',
    placeItems: 'center',
    width: '18px',
    height: '18px',
    boxSizing: 'border-box',
    borderRadius: tokens.borderRadiusSmall,
  },
});

export interface LegendEntry {
  readonly name: string;
  readonly tone: Tone;
  /** The sign that the chart shows on the colour; without it what is bad is striped, as in the chart. */
  readonly icon?: ReactNode;
}

/** What the colours, signs and stripes of a chart stand for. */
export function Legend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  const styles = useStyles();
  const tones = useToneStyles();
  return (
    <ul className={styles.legend}>
      {entries.map(({ name, tone, icon }) => (
        <li key={name} className={styles.entry}>
          <span
            className={mergeClasses(styles.swatch, tones[tone], icon === undefined && tone === 'bad' && tones.striped)}
          >
            {icon}
          </span>
          {name}
        </li>
      ))}
    </ul>
  );
}
