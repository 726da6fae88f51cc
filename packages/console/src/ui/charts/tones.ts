import { makeStyles, tokens } from '@fluentui/react-components';

/** What a part of a chart stands for; charts show it in one colour and one pattern. */
export type Tone = 'good' | 'open' | 'bad' | 'plain';

/** Each tone's surface, and the colour of text on it. Where the system chooses the colours, the pattern alone tells. */
export const useToneStyles = makeStyles({
  good: {
    backgroundColor: tokens.colorStatusSuccessBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    '@media (forced-colors: active)': { forcedColorAdjust: 'none', backgroundColor: 'CanvasText', color: 'Canvas' },
  },
  open: {
    backgroundColor: tokens.colorStatusWarningBackground3,
    color: tokens.colorNeutralForeground1Static,
    '@media (forced-colors: active)': { border: '1px solid CanvasText' },
  },
  bad: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    '@media (forced-colors: active)': {
      forcedColorAdjust: 'none',
      backgroundColor: 'Canvas',
      color: 'CanvasText',
      border: '1px dashed CanvasText',
    },
  },
  plain: {
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
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
