import { makeStyles, mergeClasses, Tooltip, tokens, typographyStyles } from '@fluentui/react-components';
import { type Tone, useToneStyles } from './tones.js';

const useStyles = makeStyles({
  chart: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalS,
    rowGap: tokens.spacingVerticalXS,
    ...typographyStyles.caption1,
    color: tokens.colorNeutralForeground3,
  },
  scale: { display: 'flex', flexDirection: 'column', justifyContent: 'space-between', textAlign: 'end' },
  plot: {
    display: 'flex',
    justifyContent: 'space-between',
    height: '9rem',
    borderTop: `1px dashed ${tokens.colorNeutralStroke2}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  column: {
    display: 'flex',
    flexDirection: 'column-reverse',
    flexGrow: 1,
    flexBasis: 0,
    minWidth: 0,
    gap: '1px',
    maxWidth: '2.5rem',
    padding: '0 1px',
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
  },
  /** What is more than nothing is seen, however little it is. */
  part: { minHeight: '3px', boxSizing: 'border-box' },
  ticks: { gridColumn: 2, display: 'flex', justifyContent: 'space-between' },
});

interface Column {
  readonly name: string;
  /** Shown on hover. */
  readonly description: string;
  /** From the bottom up; undefined where there is nothing to show. */
  readonly values: readonly (number | undefined)[];
}

interface ColumnsProps {
  readonly columns: readonly Column[];
  /** What the parts of a column stand for, from the bottom up. */
  readonly tones: readonly Tone[];
  /** The whole in a sentence, for those who do not see it. */
  readonly summary: string;
  readonly format: (value: number) => string;
}

/** Columns side by side on one scale, their parts stacked. */
export function Columns({ columns, tones, summary, format }: ColumnsProps) {
  const styles = useStyles();
  const top = niceTop(Math.max(...columns.map(heightOf)));
  return (
    <div role="img" aria-label={summary} className={styles.chart}>
      <div className={styles.scale}>
        <span>{format(top)}</span>
        <span>{format(0)}</span>
      </div>
      <div className={styles.plot}>
        {columns.map((column) => (
          <Tooltip key={column.name} content={column.description} relationship="inaccessible">
            <div className={styles.column}>
              <Parts values={column.values} tones={tones} top={top} />
            </div>
          </Tooltip>
        ))}
      </div>
      <div className={styles.ticks}>
        {[columns.at(0), columns.at(columns.length / 2), columns.at(-1)].map((column) => (
          <span key={column?.name}>{column?.name}</span>
        ))}
      </div>
    </div>
  );
}

function Parts({
  values,
  tones,
  top,
}: Pick<Column, 'values'> & Pick<ColumnsProps, 'tones'> & { readonly top: number }) {
  const styles = useStyles();
  const toneStyles = useToneStyles();
  return tones.map((tone, index) => {
    const value = values[index];
    if (value === undefined) return null;
    const look = mergeClasses(styles.part, toneStyles[tone], tone === 'bad' && toneStyles.striped);
    return <div key={tone} className={look} style={{ height: `${(100 * value) / top}%` }} />;
  });
}

function heightOf({ values }: Column): number {
  return values.reduce<number>((sum, value = 0) => sum + value, 0);
}

/** The next of 1, 2, 5, 10, 20, 50, …: a scale that is read at a glance. */
function niceTop(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(highest, 1)));
  return power * ([1, 2, 5].find((factor) => factor * power >= highest) ?? 10);
}
