import { makeStyles, Subtitle1, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  box: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    justifyItems: 'center',
    textAlign: 'center',
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}`,
  },
  text: { maxWidth: '40rem', textAlign: 'center', color: tokens.colorNeutralForeground2 },
});

interface EmptyProps {
  readonly title: string;
  /** What there would be, and what to do. */
  readonly children?: ReactNode;
  /** What the person can do about it here. */
  readonly action?: ReactNode;
}

/** In place of what is not there: says why, and what to do. */
export function Empty({ title, children, action }: EmptyProps) {
  const styles = useStyles();
  return (
    <div className={styles.box}>
      <Subtitle1 as="h2">{title}</Subtitle1>
      <Text className={styles.text}>{children}</Text>
      {action}
    </div>
  );
}
