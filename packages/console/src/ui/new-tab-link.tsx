import { Link, makeStyles } from '@fluentui/react-components';
import { OpenRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { visuallyHidden } from './visually-hidden.js';

const useStyles = makeStyles({
  icon: { verticalAlign: '-0.125em', marginInlineStart: '0.25em' },
  spoken: visuallyHidden,
});

/** A link to what is no page of the console. The session lives in this tab alone, so that it opens another one, and says so. */
export function NewTabLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const styles = useStyles();
  return (
    <Link href={href} inline target="_blank" rel="noreferrer noopener">
      {children}
      <OpenRegular className={styles.icon} aria-hidden />
      <span className={styles.spoken}> (opens a new tab)</span>
    </Link>
  );
}
