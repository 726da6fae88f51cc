import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from '@fluentui/react-components';
import type { Review } from '@vetted/client';
import { DateTime } from '../../ui/date-time.js';
import { statusWord } from '../../ui/words.js';
import { Who } from './who.js';

// Out of the grid while it is empty, so that it leaves no gap.
const useStyles = makeStyles({ region: { ':empty': { position: 'absolute' }, overflowWrap: 'anywhere' } });

interface OvertakenProps {
  /** The review that somebody else has decided while it was open here; undefined where nobody has. */
  readonly review: Review | undefined;
  readonly onNext: () => void;
}

/** Says that somebody else was faster, and what they decided. */
export function Overtaken({ review, onNext }: OvertakenProps) {
  return (
    <div role="alert" className={useStyles().region}>
      {review !== undefined && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>
              {review.decidedBy === 'policy' ? 'The automatic policy was faster' : 'Another reviewer was faster'}
            </MessageBarTitle>
            {statusWord(review.status)}
            {review.decidedAt !== undefined && (
              <>
                {' on '}
                <DateTime value={review.decidedAt} />
              </>
            )}
            {review.decidedBy !== undefined && (
              <>
                {' by '}
                <Who id={review.decidedBy} />
              </>
            )}
            {review.reason !== undefined && (
              <>
                {': '}
                <bdi>{review.reason}</bdi>
              </>
            )}
            . Nothing of yours was recorded.
          </MessageBarBody>
          <MessageBarActions>
            <Button onClick={onNext}>Next in the queue</Button>
          </MessageBarActions>
        </MessageBar>
      )}
    </div>
  );
}
