import { Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { lazy, type ReactNode, Suspense } from 'react';
import { NavLink } from 'react-router';
import { useRoles, useSession, useSettings } from '../session/session-context.js';

const SandboxBar = lazy(async () => ({ default: (await import('../features/sandbox/sandbox-bar.js')).SandboxBar }));

const useStyles = makeStyles({
  shell: {
    minHeight: '100vh',
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground2,
  },
  header: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  nav: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS, flexGrow: 1 },
  link: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    borderRadius: tokens.borderRadiusMedium,
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
  },
  current: { fontWeight: tokens.fontWeightSemibold, boxShadow: `inset 0 -2px ${tokens.colorCompoundBrandStroke}` },
  main: {
    flexGrow: 1,
    width: '100%',
    maxWidth: '90rem',
    boxSizing: 'border-box',
    margin: '0 auto',
    padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalL}`,
  },
});

/** What stands around every page. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const styles = useStyles();
  const { session, state } = useSession();
  const { sandbox } = useSettings();
  const { isPartner, isReviewer } = useRoles();
  const pages = [
    ...(isPartner
      ? ([
          ['/', 'Overview'],
          ['/customers', 'Customers'],
        ] as const)
      : []),
    ...(isReviewer ? ([['/desk', 'Vetting desk']] as const) : []),
    ...(isPartner ? ([['/developer', 'Developer']] as const) : []),
  ];
  return (
    <div className={styles.shell}>
      <header className={styles.header}>
        <Text weight="semibold" size={400}>
          Vetted
        </Text>
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
        {state.status !== 'signed-out' && <Text>{state.account.name}</Text>}
        <Button appearance="subtle" onClick={() => session.signOut()}>
          Sign out
        </Button>
      </header>
      <main className={styles.main}>{children}</main>
      {sandbox && (
        <Suspense>
          <SandboxBar />
        </Suspense>
      )}
    </div>
  );
}
