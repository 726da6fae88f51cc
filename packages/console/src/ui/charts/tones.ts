import { makeStyles, tokens } from '@fluentui/react-components';

/** What a part of a chart stands for; charts show it in one colour and one pattern. */
export type Tone = 'good' | 'open' | 'bad' | 'plain';

/**
 * Each tone's surface, and the colour of text on it: those of text, since they stand out from the page in light and dark.
 * Where the system chooses the colours, the pattern alone tells.
 */
export const useToneStyles = makeStyles({
  good: {
    backgroundColor: tokens.colorStatusSuccessForeground1,
    color: tokens.colorNeutralForegroundInverted,
    '@media (forced-colors: active)': { forcedColorAdjust: 'none', backgroundColor: 'CanvasText', color: 'Canvas' },
  },
  open: {
    backgroundColor: tokens.colorStatusWarningForeground1,
    color: tokens.colorNeutralForegroundInverted,
    '@media (forced-colors: active)': { border: '1px solid CanvasText' },
  },
  bad: {
    backgroundColor: tokens.colorStatusDangerForeground1,
    color: tokens.colorNeutralForegroundInverted,
    '@media (forced-colors: active)': {
      forcedColorAdjust: 'none',
      backgroundColor: 'Canvas',
      color: 'CanvasText',
      border: '1px dashed CanvasText',
    },
  },
  plain: {
    backgroundColor: tokens.colorBrandForeground1,
    color: tokens.colorNeutralForegroundInverted,
    '@media (forced-colors: active)': { forcedColorAdjust: 'none', backgroundColor: 'CanvasText', color: 'Canvas' },
  },
  /** For surfaces that bear no text: what is bad is striped too. */
  striped: {
    backgroundImage: `repeating-linear-gradient(45deg, transparent 0 3px, ${tokens.colorNeutralBackground1} 3px 4.5px)`,
    '@media (forced-colors: active)': {
      backgroundImage: 'repeating-linear-gradient(45deg, Canvas 0 3px, CanvasText 3px 4.5px)',
    },
  },
});
