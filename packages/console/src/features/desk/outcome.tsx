import type { Review } from '@vetted/client';
import { DateTime } from '../../ui/date-time.js';
import { Fact, Facts, Part } from './facts.js';
import { Who } from './who.js';

/** How a review was decided; nothing while it is open. */
export function Outcome({ review: { status, decidedAt, decidedBy, reason, note } }: { readonly review: Review }) {
  if (status === 'InReview') return null;
  return (
    <Part title="Outcome">
      <Facts>
        {decidedAt !== undefined && (
          <Fact name="Decided">
            <DateTime value={decidedAt} />
          </Fact>
        )}
        {decidedBy !== undefined && (
          <Fact name="Decided by">
            <Who id={decidedBy} />
          </Fact>
        )}
        {reason !== undefined && (
          <Fact name="What the partner reads">
            <bdi>{reason}</bdi>
          </Fact>
        )}
        {note !== undefined && (
          <Fact name="Private note">
            <bdi>{note}</bdi>
          </Fact>
        )}
      </Facts>
    </Part>
  );
}
