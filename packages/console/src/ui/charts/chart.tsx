import { Button, makeStyles, tokens, typographyStyles } from '@fluentui/react-components';
import { type ReactNode, useId, useState } from 'react';

const useStyles = makeStyles({
  figure: {
    display: 'grid',
    alignContent: 'start',
    gap: tokens.spacingVerticalM,
    margin: 0,
    padding: tokens.spacingHorizontalL,
    minWidth: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  title: { ...typographyStyles.subtitle2, margin: 0, flexGrow: 1 },
  table: { borderCollapse: 'collapse', width: '100%', ...typographyStyles.body1 },
  cell: {
    textAlign: 'end',
    padding: `${tokens.spacingVerticalXXS} ${tokens.spacingHorizontalXS}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    fontVariantNumeric: 'tabular-nums',
    ':first-child': { textAlign: 'start' },
  },
  scroller: { overflowX: 'auto', maxHeight: '24rem', overflowY: 'auto' },
});

interface ChartProps {
  readonly title: string;
  /** The same data in words and numbers: the first column names the row. */
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly children: ReactNode;
}

/** A chart with its caption, and the table that it can be read as. */
export function Chart({ title, table, children }: ChartProps) {
  const styles = useStyles();
  const titleId = useId();
  const [isTable, setTable] = useState(false);
  return (
    <figure className={styles.figure} aria-labelledby={titleId}>
      <figcaption className={styles.head}>
        <h2 id={titleId} className={styles.title}>
          {title}
        </h2>
        <Button
          size="small"
          appearance="subtle"
          aria-label={`${isTable ? 'Show as chart' : 'Show as table'}: ${title}`}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </figcaption>
      {isTable ? <ChartTable titleId={titleId} {...table} /> : children}
    </figure>
  );
}

function ChartTable({ titleId, head, rows }: ChartProps['table'] & { readonly titleId: string }) {
  const styles = useStyles();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section className={styles.scroller} tabIndex={0} aria-labelledby={titleId}>
      <table className={styles.table} aria-labelledby={titleId}>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col" className={styles.cell}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...values]) => (
            <tr key={name}>
              <th scope="row" className={styles.cell}>
                {name}
              </th>
              {values.map((value, index) => (
                <td key={head[index + 1]} className={styles.cell}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
