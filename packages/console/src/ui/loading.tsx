import { makeStyles, Spinner, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({ box: { padding: tokens.spacingVerticalXXXL } });

/** While something is fetched that the page cannot do without. It shows itself late, so that what is quick does not flicker. */
export function Loading({ label }: { readonly label: string }) {
  const styles = useStyles();
  return (
    <div className={styles.box}>
      {/* Until it shows, its label is not there to name it. */}
      <Spinner label={label} aria-label={label} delay={300} />
    </div>
  );
}
