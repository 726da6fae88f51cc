import { Button, makeStyles, tokens, typographyStyles } from '@fluentui/react-components';
import { CheckmarkCircleFilled, DismissRegular, InfoFilled, WarningFilled } from '@fluentui/react-icons';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Link, useLocation } from 'react-router';

const EVENT = 'vetted-notice';
const SHOWN_FOR_IN_MS = 10_000;
const MOST_AT_A_TIME = 3;

/** Something that happened, told in passing. */
export interface Notice {
  readonly title: string;
  readonly detail?: ReactNode;
  readonly intent: 'success' | 'info' | 'warning';
  /** Where to see more of it. */
  readonly link?: NoticeLink;
  /** What it is about. It takes the place of earlier ones about nothing else. */
  readonly about?: readonly string[];
}

interface NoticeLink {
  readonly to: string;
  readonly text: string;
  /** The page that it leads to, if that has further paths below it. */
  readonly page?: string;
}

interface ShownNotice extends Notice {
  readonly id: string;
}

const useStyles = makeStyles({
  region: {
    // Beneath the header, and in sight when that is scrolled away; of no height, so that the page does not move.
    position: 'sticky',
    top: 0,
    height: 0,
    alignSelf: 'end',
    zIndex: 1000,
    width: '24rem',
    maxWidth: '100%',
    pointerEvents: 'none',
  },
  list: {
    display: 'grid',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
  },
  notice: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr) auto',
    gap: tokens.spacingHorizontalS,
    padding: tokens.spacingHorizontalM,
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    borderRadius: tokens.borderRadiusMedium,
    boxShadow: tokens.shadow16,
    pointerEvents: 'auto',
  },
  text: { display: 'grid', gap: tokens.spacingVerticalXS, overflowWrap: 'anywhere', justifyItems: 'start' },
  title: typographyStyles.body1Strong,
  link: { color: tokens.colorBrandForegroundLink, paddingBlock: tokens.spacingVerticalXXS },
  icon: { fontSize: '20px' },
  success: { color: tokens.colorStatusSuccessForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  info: { color: tokens.colorNeutralForeground2 },
  dismiss: { alignSelf: 'start' },
});

const icons = { success: CheckmarkCircleFilled, warning: WarningFilled, info: InfoFilled };

/** Tells something in passing: it is shown for a while, and said politely. Needs {@link Notices} on the page. */
export function notify(notice: Notice): void {
  const detail: ShownNotice = { ...notice, id: crypto.randomUUID() };
  document.dispatchEvent(new CustomEvent(EVENT, { detail }));
}

/** Where notices appear. Fluent's toasts would do the same for a tenth of what a first load may weigh. */
export function Notices() {
  const styles = useStyles();
  const [notices, setNotices] = useState<readonly ShownNotice[]>([]);
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    const add = (event: Event) => {
      const { detail } = event as CustomEvent<ShownNotice>;
      setNotices((before) => [...before.filter((one) => !isOvertaken(one, detail)), detail].slice(-MOST_AT_A_TIME));
    };
    document.addEventListener(EVENT, add);
    return () => document.removeEventListener(EVENT, add);
  }, []);
  const dismiss = useCallback((id: string) => {
    setNotices((before) => before.filter((one) => one.id !== id));
    // What is gone sends no blur.
    setHeld(false);
  }, []);
  return (
    <section
      className={styles.region}
      aria-label="Notices"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div role="status" className={styles.list}>
        {notices.map((notice) => (
          <NoticeCard key={notice.id} notice={notice} isHeld={isHeld} onDismiss={dismiss} />
        ))}
      </div>
    </section>
  );
}

function isOvertaken({ about = [] }: Notice, newer: Notice): boolean {
  return about.length > 0 && about.every((subject) => newer.about?.includes(subject));
}

/** Whether the person is there already. */
function isAt(pathname: string, { to, page }: NoticeLink): boolean {
  return pathname === to || (page !== undefined && pathname.startsWith(`${page}/`));
}

interface NoticeCardProps {
  readonly notice: ShownNotice;
  /** Somebody reads; it stays. */
  readonly isHeld: boolean;
  readonly onDismiss: (id: string) => void;
}

function NoticeCard({ notice: { id, title, detail, intent, link }, isHeld, onDismiss }: NoticeCardProps) {
  const styles = useStyles();
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => onDismiss(id), SHOWN_FOR_IN_MS);
    return () => clearTimeout(timer);
  }, [id, isHeld, onDismiss]);
  const { pathname } = useLocation();
  const Icon = icons[intent];
  return (
    <div className={styles.notice}>
      <span className={styles[intent]}>
        <Icon className={styles.icon} />
      </span>
      <div className={styles.text}>
        <bdi className={styles.title}>{title}</bdi>
        {detail && <bdi>{detail}</bdi>}
        {link && !isAt(pathname, link) && (
          <Link className={styles.link} to={link.to} onClick={() => onDismiss(id)}>
            {link.text}
          </Link>
        )}
      </div>
      <Button
        className={styles.dismiss}
        appearance="subtle"
        size="small"
        aria-label={`Dismiss: ${title}`}
        icon={<DismissRegular />}
        onClick={() => onDismiss(id)}
      />
    </div>
  );
}
