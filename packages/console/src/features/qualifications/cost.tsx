import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { Preflight, QualificationRequest, ValidationCode } from '@vetted/client';

interface CostProps {
  readonly request: QualificationRequest;
  readonly preflight: Preflight | undefined;
  readonly codes: readonly ValidationCode[];
}

/** What sending the request costs, and what cannot be undone. */
export function Cost({ request, preflight, codes }: CostProps) {
  return (
    <MessageBar intent="info" layout="multiline" politeness="polite">
      <MessageBarBody>{costOf(request, preflight?.attemptsRemaining, codes)}</MessageBarBody>
    </MessageBar>
  );
}

function costOf(
  { qualification, validationCode }: QualificationRequest,
  attemptsRemaining: number | undefined,
  codes: readonly ValidationCode[],
): string {
  if (qualification === 'Education') return `${attemptCost(attemptsRemaining)} An approval is final.`;
  if (qualification === 'GovernmentCommunityCloud') {
    const code = codes.find(({ validationId }) => validationId === validationCode);
    return `${createCost(code)}; the approval cannot be taken back.`;
  }
  return 'By sending this you confirm that the state owns or controls the customer. Nobody vets it: it counts at once, and it cannot be taken back.';
}

function attemptCost(left: number | undefined): string {
  if (left === undefined) return 'This uses one of the attempts that are left.';
  return left === 1 ? 'This uses the last attempt.' : `This uses 1 of the ${left} attempts that are left.`;
}

function createCost(code: ValidationCode | undefined): string {
  if (code === undefined) return 'This uses one create of the validation code';
  const { remainingCreates: left, validationId } = code;
  return left === 1
    ? `This uses the last create of code ${validationId}`
    : `This uses one of the ${left} creates left of code ${validationId}`;
}
