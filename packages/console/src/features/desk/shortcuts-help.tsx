import { Button, makeStyles, Switch, tokens } from '@fluentui/react-components';
import { Modal } from '../../ui/modal.js';

const keys = [
  [['j', '↓'], 'Next in the queue'],
  [['k', '↑'], 'Previous in the queue'],
  [['Enter'], 'Open the review'],
  [['a'], 'Approve the open review'],
  [['d'], 'Deny the open review'],
  [['Ctrl+Enter'], 'Send the decision'],
  [['Esc'], 'Leave the form, or go back to the queue'],
  [['/'], 'Search'],
  [['?'], 'This help'],
] as const;

const useStyles = makeStyles({
  keys: {
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    margin: 0,
  },
  row: { display: 'contents' },
  key: {
    fontFamily: tokens.fontFamilyMonospace,
    padding: `0 ${tokens.spacingHorizontalXS}`,
    marginRight: tokens.spacingHorizontalXS,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusSmall,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  meaning: { margin: 0 },
});

interface ShortcutsHelpProps {
  readonly areKeysOn: boolean;
  readonly turnKeys: (isOn: boolean) => void;
  readonly onClose: () => void;
}

/** The keys of the desk, and the switch that turns the single ones off. */
export function ShortcutsHelp({ areKeysOn, turnKeys, onClose }: ShortcutsHelpProps) {
  const styles = useStyles();
  const close = (
    <Button appearance="primary" onClick={onClose}>
      Close
    </Button>
  );
  return (
    <Modal title="Keyboard shortcuts" actions={close} onClose={onClose}>
      <dl className={styles.keys}>
        {keys.map(([names, meaning]) => (
          <div key={meaning} className={styles.row}>
            <dt>
              {names.map((name) => (
                <kbd key={name} className={styles.key}>
                  {name}
                </kbd>
              ))}
            </dt>
            <dd className={styles.meaning}>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Switch label="Use single keys" checked={areKeysOn} onChange={(_event, { checked }) => turnKeys(checked)} />
    </Modal>
  );
}
