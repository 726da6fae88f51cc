import { Badge } from '@fluentui/react-components';
import { ClockRegular, WarningFilled } from '@fluentui/react-icons';
import { timeLeft } from './due.js';

/** How long a review has until it is due, or how long it is overdue. */
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
