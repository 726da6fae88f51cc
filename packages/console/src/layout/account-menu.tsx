import { Button, makeStyles, Text, tokens, typographyStyles } from '@fluentui/react-components';
import { PersonCircleRegular } from '@fluentui/react-icons';
import { useId } from 'react';
import { useCaller, useSession, useSettings } from '../session/session-context.js';
import { CopyButton } from '../ui/copy-button.js';
import { NewTabLink } from '../ui/new-tab-link.js';
import { roleWord } from '../ui/words.js';

const useStyles = makeStyles({
  button: { minWidth: 0, maxWidth: '100%' },
  name: {
    maxWidth: '14rem',
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    textOverflow: 'ellipsis',
    '@media (max-width: 22rem)': { maxWidth: '8rem' },
  },
  surface: {
    position: 'fixed',
    inset: `3.25rem ${tokens.spacingHorizontalM} auto auto`,
    boxSizing: 'border-box',
    margin: 0,
    width: '22rem',
    maxWidth: `calc(100vw - 2 * ${tokens.spacingHorizontalM})`,
    padding: tokens.spacingHorizontalL,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    borderRadius: tokens.borderRadiusLarge,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
    overflowWrap: 'anywhere',
  },
  content: { display: 'grid', gap: tokens.spacingVerticalL },
  facts: { display: 'grid', gap: tokens.spacingVerticalS, margin: 0 },
  term: { ...typographyStyles.caption1, color: tokens.colorNeutralForeground2 },
  fact: { margin: 0, display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  foot: { display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', alignItems: 'center' },
});

/** Who is signed in, for whom, and the way out: the browser's own popover, which Escape and a click elsewhere close. */
export function AccountMenu() {
  const styles = useStyles();
  const { session, state } = useSession();
  const { version } = useSettings();
  const id = useId();
  if (state.status === 'signed-out') return null;
  const { name } = state.account;
  return (
    <>
      <Button
        appearance="subtle"
        className={styles.button}
        icon={<PersonCircleRegular />}
        aria-label={`Account: ${name}`}
        popoverTarget={id}
      >
        <span className={styles.name}>{name}</span>
      </Button>
      <section id={id} popover="auto" className={styles.surface} aria-label="Account">
        <div className={styles.content}>
          <AccountFacts />
          <div className={styles.foot}>
            <Button onClick={() => session.signOut()}>Sign out</Button>
            <Text size={200}>
              Vetted {version} · <NewTabLink href="/docs">API</NewTabLink>
            </Text>
          </div>
        </div>
      </section>
    </>
  );
}

function AccountFacts() {
  const styles = useStyles();
  const { state } = useSession();
  const { tenantId, partner, roles } = useCaller();
  if (state.status === 'signed-out') return null;
  const { name, username } = state.account;
  return (
    <dl className={styles.facts}>
      <div>
        <dt className={styles.term}>Signed in as</dt>
        <dd className={styles.fact}>
          <Text weight="semibold">{name}</Text>
          {username !== name && <Text>{username}</Text>}
        </dd>
      </div>
      {partner && (
        <div>
          <dt className={styles.term}>Organisation</dt>
          <dd className={styles.fact}>{partner.name}</dd>
        </div>
      )}
      <div>
        <dt className={styles.term}>Tenant ID</dt>
        <dd className={styles.fact}>
          <Text font="monospace" size={200}>
            {tenantId}
          </Text>
          <CopyButton text={tenantId} label="Copy tenant ID" iconOnly />
        </dd>
      </div>
      {roles.length > 0 && (
        <div>
          <dt className={styles.term}>Roles</dt>
          <dd className={styles.fact}>{roles.map(roleWord).join(', ')}</dd>
        </div>
      )}
    </dl>
  );
}
