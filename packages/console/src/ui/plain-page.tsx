import { makeStyles, Subtitle1, Text, tokens, typographyStyles } from '@fluentui/react-components';
import { type ReactNode, useEffect } from 'react';
import { Mark } from './mark.js';

const useStyles = makeStyles({
  page: {
    boxSizing: 'border-box',
    maxWidth: '28rem',
    margin: '0 auto',
    padding: `12vh ${tokens.spacingHorizontalXL} ${tokens.spacingVerticalXXL}`,
    display: 'grid',
    gap: tokens.spacingVerticalL,
    overflowWrap: 'anywhere',
  },
  title: { ...typographyStyles.title2, margin: 0 },
  product: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
});

interface PlainPageProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A page that stands by itself, before anybody has signed in. */
export function PlainPage({ title, children }: PlainPageProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} · Vetted`;
  }, [title]);
  return (
    <main className={styles.page}>
      <div className={styles.product}>
        <Mark size="2rem" />
        <Subtitle1>Vetted</Subtitle1>
      </div>
      <h1 className={styles.title}>{title}</h1>
      {children}
    </main>
  );
}

/** A paragraph of one. */
export function Paragraph({ children }: { readonly children: ReactNode }) {
  return (
    <Text as="p" block style={{ margin: 0 }}>
      {children}
    </Text>
  );
}
