import { makeStyles, Subtitle1, tokens } from '@fluentui/react-components';
import { type ReactNode, type SyntheticEvent, useId, useLayoutEffect, useRef } from 'react';

const useStyles = makeStyles({
  dialog: {
    boxSizing: 'border-box',
    width: '100%',
    maxWidth: 'min(32rem, calc(100vw - 2rem))',
    padding: tokens.spacingHorizontalXXL,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    borderRadius: tokens.borderRadiusXLarge,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow64,
    '::backdrop': { backgroundColor: tokens.colorBackgroundOverlay },
  },
  content: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalL,
    overflowWrap: 'anywhere',
    '& h2, & p': { margin: 0 },
  },
  actions: { display: 'flex', flexWrap: 'wrap', justifyContent: 'end', gap: tokens.spacingHorizontalS },
});

interface ModalProps {
  readonly title: string;
  /** It interrupts the person with a question that they have to answer. */
  readonly isAlert?: boolean;
  /** The buttons at its foot. */
  readonly actions: ReactNode;
  /** Called when the person leaves it by Escape; without it they cannot. */
  readonly onClose?: () => void;
  readonly children: ReactNode;
}

/** A dialog over the page: the browser's own, which keeps the focus in it and gives it back. Open while it is there. */
export function Modal({ title, isAlert = false, actions, onClose, children }: ModalProps) {
  const styles = useStyles();
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const onNativeClose = ({ currentTarget }: SyntheticEvent<HTMLDialogElement>) => {
    // The event comes late: meanwhile it may be open again, or gone.
    if (currentTarget.open || !currentTarget.isConnected) return;
    // A browser lets Escape close it in the end, whatever the page says.
    if (onClose === undefined) currentTarget.showModal();
    else onClose();
  };
  // Closed before it is taken away: only then the browser gives the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={titleId}
      {...(isAlert && { role: 'alertdialog' })}
      onClose={onNativeClose}
    >
      <div className={styles.content}>
        <Subtitle1 as="h2" id={titleId}>
          {title}
        </Subtitle1>
        {children}
        <div className={styles.actions}>{actions}</div>
      </div>
    </dialog>
  );
}
