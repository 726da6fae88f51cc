import { Button, makeStyles, Skeleton, SkeletonItem, tokens, typographyStyles } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import type { Qualification, QualificationName } from '@vetted/client';
import { Suspense, useEffect, useRef, useState } from 'react';
import { qualificationsQuery } from '../../queries/customer-queries.js';
import { failureOf } from '../../queries/unreached.js';
import { useClient } from '../../session/session-context.js';
import { Empty } from '../../ui/empty.js';
import { Failure } from '../../ui/failure.js';
import { lazyPart } from '../../ui/lazy-part.js';
import { QualificationCard } from './qualification-card.js';

const RequestDialog = lazyPart(async () => (await import('./request-dialog.js')).RequestDialog);

const useStyles = makeStyles({
  tab: { display: 'grid', gap: tokens.spacingVerticalL, minWidth: 0 },
  head: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center', minHeight: '32px' },
  title: { ...typographyStyles.subtitle1, margin: 0, flexGrow: 1, ':focus': { outlineStyle: 'none' } },
  cards: {
    display: 'grid',
    gap: tokens.spacingVerticalL,
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(26rem, 100%), 1fr))',
    alignItems: 'start',
  },
});

/** What the form is opened for. */
interface Opening {
  readonly qualification: QualificationName | undefined;
}

/** A customer's qualifications, and the way to request one. */
export function QualificationsTab({ customerId }: { readonly customerId: string }) {
  const styles = useStyles();
  const qualifications = useQuery(qualificationsQuery(useClient(), customerId));
  const { opening, open, close, finish, heading } = useForm();
  const isEmpty = qualifications.data?.length === 0;
  const requestButton = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => open({ qualification: undefined })}>
      Request qualification
    </Button>
  );
  return (
    <div className={styles.tab}>
      <div className={styles.head}>
        <h2 ref={heading} tabIndex={-1} className={styles.title}>
          Qualifications
        </h2>
        {qualifications.data !== undefined && !isEmpty && requestButton}
      </div>
      {failureOf(qualifications) && (
        <Failure
          title="The qualifications could not be loaded"
          error={qualifications.error}
          onRetry={() => void qualifications.refetch()}
        />
      )}
      {qualifications.isLoading && <ListSkeleton />}
      {isEmpty && (
        <Empty title="No qualification yet" action={requestButton}>
          What this customer qualifies for is shown here once you have requested it.
        </Empty>
      )}
      <Cards
        customerId={customerId}
        qualifications={qualifications.data ?? []}
        onRequestAgain={(qualification) => open({ qualification })}
      />
      {opening && (
        <Suspense>
          <RequestDialog
            customerId={customerId}
            initialQualification={opening.qualification}
            onCancel={close}
            onSent={finish}
          />
        </Suspense>
      )}
    </div>
  );
}

interface CardsProps {
  readonly customerId: string;
  readonly qualifications: readonly Qualification[];
  readonly onRequestAgain: (qualification: QualificationName) => void;
}

function Cards({ customerId, qualifications, onRequestAgain }: CardsProps) {
  const styles = useStyles();
  if (qualifications.length === 0) return null;
  return (
    <div className={styles.cards}>
      {qualifications.map((one) => (
        <QualificationCard
          key={one.qualification}
          customerId={customerId}
          qualification={one}
          onRequestAgain={() => onRequestAgain(one.qualification as QualificationName)}
        />
      ))}
    </div>
  );
}

function ListSkeleton() {
  return (
    <Skeleton aria-label="Loading the qualifications">
      <SkeletonItem size={128} />
    </Skeleton>
  );
}

/** The form's opening. Where it is cancelled the focus goes back to what opened it, else to the heading: the button may go. */
function useForm() {
  const [opening, setOpening] = useState<Opening>();
  const heading = useRef<HTMLHeadingElement>(null);
  const focusNext = useRef<HTMLElement>(null);
  const isOpen = opening !== undefined;
  useEffect(() => {
    if (isOpen) return;
    focusNext.current?.focus();
    focusNext.current = null;
  }, [isOpen]);
  const open = (how: Opening) => {
    focusNext.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setOpening(how);
  };
  const close = () => setOpening(undefined);
  const finish = () => {
    focusNext.current = heading.current;
    close();
  };
  return { opening, open, close, finish, heading };
}
