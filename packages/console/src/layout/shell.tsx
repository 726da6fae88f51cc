import { makeStyles, mergeClasses, tokens, typographyStyles } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { LiveUpdates } from '../features/live/live-updates.js';
import { useRoles } from '../session/session-context.js';
import { Mark } from '../ui/mark.js';
import { Notices } from '../ui/notices.js';
import { AccountMenu } from './account-menu.js';
import { ConnectionBanner } from './connection-banner.js';
import { FetchingBar } from './fetching-bar.js';
import { SandboxSwitches } from './sandbox-switches.js';

const NARROW = '@media (max-width: 44rem)';

const useStyles = makeStyles({
  shell: {
    minHeight: '100vh',
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground2,
  },
  skip: {
    position: 'absolute',
    left: tokens.spacingHorizontalM,
    top: tokens.spacingVerticalS,
    zIndex: 1,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForegroundOnBrand,
    backgroundColor: tokens.colorBrandBackground,
    borderRadius: tokens.borderRadiusMedium,
    ':not(:focus)': { clipPath: 'inset(50%)', overflow: 'hidden', width: '1px', height: '1px', padding: 0 },
  },
  header: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `0 ${tokens.spacingHorizontalXL}`,
    padding: `0 ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  product: {
    ...typographyStyles.subtitle2,
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '3rem',
    flexGrow: 0,
    [NARROW]: { flexGrow: 1 },
  },
  nav: {
    display: 'flex',
    flexWrap: 'wrap',
    flexGrow: 1,
    [NARROW]: { order: 1, flexBasis: '100%', margin: `0 calc(-1 * ${tokens.spacingHorizontalM})` },
  },
  link: {
    ...typographyStyles.body1,
    display: 'flex',
    alignItems: 'center',
    minHeight: '3rem',
    padding: `0 ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    ':hover': { color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    [NARROW]: { minHeight: '2.5rem' },
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    boxShadow: `inset 0 -3px ${tokens.colorCompoundBrandStroke}`,
  },
  main: {
    flexGrow: 1,
    width: '100%',
    maxWidth: '90rem',
    boxSizing: 'border-box',
    margin: '0 auto',
    padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalL}`,
    ':focus': { outlineStyle: 'none' },
  },
});

/** What stands around every page. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const styles = useStyles();
  const { isPartner } = useRoles();
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        Skip to the content
      </a>
      <header className={styles.header}>
        <div className={styles.product}>
          <Mark size="1.5rem" />
          Vetted
        </div>
        <Navigation />
        <AccountMenu />
        <FetchingBar />
      </header>
      <ConnectionBanner />
      <Notices />
      <main id="content" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      {isPartner && <LiveUpdates />}
      <SandboxSwitches />
    </div>
  );
}

const partnerPages = [
  ['/', 'Overview'],
  ['/customers', 'Customers'],
] as const;
const deskPages = [['/desk', 'Vetting desk']] as const;
const developerPages = [['/developer', 'Developer']] as const;

function Navigation() {
  const styles = useStyles();
  const { isPartner, isReviewer } = useRoles();
  const pages = [
    ...(isPartner ? partnerPages : []),
    ...(isReviewer ? deskPages : []),
    ...(isPartner ? developerPages : []),
  ];
  if (pages.length === 0) return <div className={styles.nav} />;
  return (
    <nav className={styles.nav} aria-label="Pages">
      {pages.map(([to, name]) => (
        <NavLink
          key={to}
          to={to}
          end={to === '/'}
          className={({ isActive }) => mergeClasses(styles.link, isActive && styles.current)}
        >
          {name}
        </NavLink>
      ))}
    </nav>
  );
}
