import { makeStyles, tokens } from '@fluentui/react-components';
import { visuallyHidden } from '../../ui/visually-hidden.js';

/** Below this, a row is a card. */
const NARROW = '@media (max-width: 40rem)';

/** What the headings and the rows of the table must agree on. */
export const useRowStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 4fr) minmax(0, 3fr) minmax(0, 7fr)',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalS,
  },
  headings: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    backgroundColor: tokens.colorNeutralBackground2,
    // A card tells by itself what is what; a screen reader still reads the headings.
    [NARROW]: visuallyHidden,
  },
  row: {
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    minHeight: '45px',
    padding: `${tokens.spacingVerticalXS} 0`,
    boxSizing: 'border-box',
    backgroundColor: tokens.colorNeutralBackground1,
    // Under the pointer the row is lighter, and in the dark a link of the usual colour would be too faint on it.
    ':hover a': { color: tokens.colorBrandForegroundLinkHover },
    [NARROW]: {
      gridTemplateColumns: 'minmax(0, 1fr)',
      rowGap: tokens.spacingVerticalXXS,
      padding: `${tokens.spacingVerticalS} 0`,
    },
  },
  cell: { display: 'block', height: 'auto', minHeight: 0, overflowWrap: 'anywhere' },
  quiet: { [NARROW]: { color: tokens.colorNeutralForeground2 } },
  link: {
    display: 'inline-block',
    padding: `${tokens.spacingVerticalXXS} 0`,
    color: tokens.colorBrandForegroundLink,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: 'none',
    ':hover': { color: tokens.colorBrandForegroundLinkHover, textDecorationLine: 'underline' },
  },
  badges: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  none: { color: tokens.colorNeutralForeground3 },
});
