import {
  Button,
  makeStyles,
  Toast,
  ToastBody,
  Toaster,
  ToastFooter,
  ToastTitle,
  ToastTrigger,
  tokens,
  useToastController,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { type ReactNode, useCallback } from 'react';
import { Link } from 'react-router';

const TOASTER = 'notices';
const SHOWN_FOR_IN_MS = 10_000;

const useStyles = makeStyles({
  text: { overflowWrap: 'anywhere', minWidth: 0 },
  link: { color: tokens.colorBrandForegroundLink },
});

/** Something that happened, told in passing. */
export interface Notice {
  readonly title: string;
  readonly detail?: ReactNode;
  readonly intent: 'success' | 'info' | 'warning';
  /** Where to see more of it. */
  readonly link?: { readonly to: string; readonly text: string };
}

/** Tells something in passing: it is shown for a while, and said politely. Needs {@link Notices} on the page. */
export function useNotify(): (notice: Notice) => void {
  const { dispatchToast } = useToastController(TOASTER);
  return useCallback(
    (notice) =>
      dispatchToast(<NoticeToast {...notice} />, {
        intent: notice.intent,
        politeness: 'polite',
        timeout: SHOWN_FOR_IN_MS,
        pauseOnHover: true,
        pauseOnWindowBlur: true,
      }),
    [dispatchToast],
  );
}

/** Where notices appear; Ctrl+M leads the keyboard to them. */
export function Notices() {
  return (
    <Toaster
      toasterId={TOASTER}
      position="bottom-end"
      limit={3}
      shortcuts={{ focus: ({ ctrlKey, key }) => ctrlKey && key === 'm' }}
    />
  );
}

function NoticeToast({ title, detail, link }: Notice) {
  const styles = useStyles();
  return (
    <Toast>
      <ToastTitle
        className={styles.text}
        action={
          <ToastTrigger>
            <Button appearance="transparent" size="small" aria-label="Dismiss" icon={<DismissRegular />} />
          </ToastTrigger>
        }
      >
        {title}
      </ToastTitle>
      {detail && <ToastBody className={styles.text}>{detail}</ToastBody>}
      {link && (
        <ToastFooter>
          <Link className={styles.link} to={link.to}>
            {link.text}
          </Link>
        </ToastFooter>
      )}
    </Toast>
  );
}
