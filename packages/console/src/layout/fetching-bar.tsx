import { makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { onFetching } from '../ui/fetching.js';

/** What is fetched within this time is not worth telling. */
const SHOWN_AFTER_MS = 300;

const useStyles = makeStyles({
  // At the window's edge: whoever follows a link far down the page sees no header.
  track: {
    position: 'fixed',
    inset: '0 0 auto',
    zIndex: 1000,
    height: '3px',
    overflow: 'hidden',
    backgroundColor: tokens.colorNeutralBackground6,
  },
  bar: {
    height: '100%',
    width: '33%',
    backgroundColor: tokens.colorCompoundBrandBackground,
    '@media (prefers-reduced-motion: no-preference)': {
      animationName: { from: { transform: 'translateX(-100%)' }, to: { transform: 'translateX(300%)' } },
      animationDuration: '1.5s',
      animationTimingFunction: 'ease-in-out',
      animationIterationCount: 'infinite',
    },
    '@media (prefers-reduced-motion: reduce)': { width: '100%' },
    '@media (forced-colors: active)': { backgroundColor: 'Highlight' },
  },
});

/** While a page's script is on its way React leaves the page before in its place; this says that the next one comes. */
export function FetchingBar() {
  const styles = useStyles();
  if (!useIsFetchingLong()) return null;
  return (
    <div role="progressbar" aria-label="Loading the page" className={styles.track}>
      <div className={styles.bar} />
    </div>
  );
}

function useIsFetchingLong(): boolean {
  const [count, setCount] = useState(0);
  useEffect(
    () =>
      onFetching((part) => {
        let isCounted = false;
        const timer = setTimeout(() => {
          isCounted = true;
          setCount((before) => before + 1);
        }, SHOWN_AFTER_MS);
        const end = () => {
          clearTimeout(timer);
          if (isCounted) setCount((before) => before - 1);
        };
        // Why it could not be fetched is told where it is shown.
        part.then(end, end);
      }),
    [],
  );
  return count > 0;
}
