import { Button, makeStaticStyles, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { BeakerRegular, ChevronDownRegular, ChevronUpRegular } from '@fluentui/react-icons';
import { type ReactNode, Suspense, useId, useRef, useState } from 'react';
import { coveredFoot, useCoveringFoot } from '../../ui/covered-foot.js';
import { Failure } from '../../ui/failure.js';
import { lazyPart } from '../../ui/lazy-part.js';
import { ClockSwitch } from './clock-switch.js';
import { FaultSwitch } from './fault-switch.js';
import { PersonSwitch } from './person-switch.js';

const ResetDialog = lazyPart(async () => (await import('./reset-dialog.js')).ResetDialog);

/** Whether the bar is folded up in this tab. */
const COLLAPSED = 'vetted.sandbox-bar.collapsed';

/** Where there is room, the bar stays in sight; what has the focus must not lie beneath it. */
const ROOMY = '@media (min-width: 640px) and (min-height: 600px)';

const useStaticStyles = makeStaticStyles({ html: { scrollPaddingBottom: `calc(${coveredFoot} + 1rem)` } });

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-start',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground3,
    borderTop: `2px dashed ${tokens.colorNeutralStroke1}`,
    [ROOMY]: { position: 'sticky', bottom: 0, zIndex: 1 },
  },
  collapsed: { padding: `0 ${tokens.spacingHorizontalL}` },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minHeight: '2rem' },
  name: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  switches: {
    display: 'flex',
    flexWrap: 'wrap',
    flexGrow: 1,
    flexBasis: '16rem',
    minWidth: 0,
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
  },
  group: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '2rem',
    minWidth: 0,
    overflowWrap: 'anywhere',
    '& p': { margin: 0 },
  },
  wide: { flexBasis: '100%' },
});

/** The switches of a sandbox. */
export function SandboxBar() {
  useStaticStyles();
  const styles = useStyles();
  const switchesId = useId();
  const bar = useRef<HTMLElement>(null);
  useCoveringFoot(bar);
  const [isCollapsed, setCollapsed] = useState(() => sessionStorage.getItem(COLLAPSED) === 'true');
  const toggle = () => {
    sessionStorage.setItem(COLLAPSED, String(!isCollapsed));
    setCollapsed(!isCollapsed);
  };
  return (
    <section ref={bar} aria-label="Sandbox" className={mergeClasses(styles.bar, isCollapsed && styles.collapsed)}>
      <div className={styles.head}>
        <Text weight="semibold" className={styles.name}>
          <BeakerRegular aria-hidden /> Sandbox
        </Text>
        <Button
          size="small"
          appearance="subtle"
          icon={isCollapsed ? <ChevronUpRegular /> : <ChevronDownRegular />}
          aria-label={isCollapsed ? 'Show the switches of the sandbox' : 'Hide the switches of the sandbox'}
          aria-expanded={!isCollapsed}
          aria-controls={switchesId}
          onClick={toggle}
        />
      </div>
      <div id={switchesId} className={styles.switches} hidden={isCollapsed}>
        {!isCollapsed && <Switches />}
      </div>
    </section>
  );
}

/** What came of the switch that was used last. */
interface Outcome {
  readonly done?: string;
  readonly error?: Error;
}

function Switches() {
  const styles = useStyles();
  const [{ done, error }, setOutcome] = useState<Outcome>({});
  return (
    <>
      <Group label="Person">
        <PersonSwitch />
      </Group>
      <Group label="Sample data">
        <ResetSwitch onReset={() => setOutcome({ done: 'The sample data was restored' })} />
      </Group>
      <Group label="Clock">
        <ClockSwitch
          onBegin={() => setOutcome({})}
          onError={(problem) => setOutcome({ error: problem })}
          onAdvanced={() => setOutcome({ done: 'The clock was moved on' })}
        />
      </Group>
      <Group label="Faults">
        <FaultSwitch />
      </Group>
      <div role="status" className={styles.group}>
        {done}
      </div>
      {error && (
        <div className={styles.wide}>
          <Failure title="The clock was not moved" error={error} />
        </div>
      )}
    </>
  );
}

function Group({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const styles = useStyles();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no flex container in every browser, and this is no form.
    <div role="group" aria-label={label} className={styles.group}>
      {children}
    </div>
  );
}

function ResetSwitch({ onReset }: { readonly onReset: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const reset = () => {
    setAsking(false);
    onReset();
  };
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        Reset
      </Button>
      {isAsking && (
        <Suspense>
          <ResetDialog onClose={() => setAsking(false)} onReset={reset} />
        </Suspense>
      )}
    </>
  );
}
