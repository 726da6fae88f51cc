import { Badge, type BadgeProps } from '@fluentui/react-components';
import { CheckmarkCircleFilled, ClockFilled, DismissCircleFilled, ShieldCheckmarkFilled } from '@fluentui/react-icons';
import { qualificationWord, statusWord } from './words.js';

const looks: Readonly<Record<string, Pick<BadgeProps, 'color' | 'icon'>>> = {
  Approved: { color: 'success', icon: <CheckmarkCircleFilled /> },
  InReview: { color: 'warning', icon: <ClockFilled /> },
  Effective: { color: 'brand', icon: <ShieldCheckmarkFilled /> },
  Denied: { color: 'danger', icon: <DismissCircleFilled /> },
};

/** A vetting status; told by word and icon, not by colour alone. */
export function StatusBadge({ status }: { readonly status: string }) {
  return (
    <Badge appearance="tint" size="large" {...looks[status]}>
      {statusWord(status)}
    </Badge>
  );
}

interface QualificationBadgeProps {
  readonly qualification: string;
  /** Absent where nobody vets: the qualification is effective. */
  readonly vettingStatus?: string | undefined;
}

/** A qualification and its status in one badge, for rows. */
export function QualificationBadge({ qualification, vettingStatus = 'Effective' }: QualificationBadgeProps) {
  const word = qualificationWord(qualification);
  return (
    <Badge appearance="tint" {...looks[vettingStatus]}>
      {vettingStatus === 'Approved' || vettingStatus === 'Effective' ? word : `${word}: ${statusWord(vettingStatus)}`}
    </Badge>
  );
}
