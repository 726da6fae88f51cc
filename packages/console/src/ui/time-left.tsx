import { Badge } from '@fluentui/react-components';
import { ClockRegular, WarningFilled } from '@fluentui/react-icons';
import { timeLeft } from './time-left-words.js';

/** How long it is until a decision is due, or how long it is overdue. */
export function TimeLeft({ dueAt, now }: { readonly dueAt: string; readonly now: number }) {
  const { isOverdue, words } = timeLeft(dueAt, now);
  return (
    <Badge
      appearance="tint"
      color={isOverdue ? 'danger' : 'informative'}
      icon={isOverdue ? <WarningFilled /> : <ClockRegular />}
    >
      {words}
    </Badge>
  );
}
