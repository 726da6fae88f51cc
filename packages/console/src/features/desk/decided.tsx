import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import type { Review } from '@vetted/client';
import { Link as RouterLink } from 'react-router';
import { qualificationWord, statusWord } from '../../ui/words.js';
import { openedByPerson } from './location-state.js';

// Out of the grid while it is empty, so that it leaves no gap.
const useStyles = makeStyles({ region: { ':empty': { position: 'absolute' }, overflowWrap: 'anywhere' } });

interface DecidedProps {
  /** The review that was decided last; undefined where nothing is to be told. */
  readonly review: Review | undefined;
  readonly queryText: string;
  readonly onDismiss: () => void;
}

/** Says what was done. The region is there before the message, or a screen reader would not say it. */
export function Decided({ review, queryText, onDismiss }: DecidedProps) {
  return (
    <div role="status" className={useStyles().region}>
      {review !== undefined && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{statusWord(review.status)}</MessageBarTitle>
            <bdi>{review.companyName}</bdi>, {qualificationWord(review.qualification)}.{' '}
            <RouterLink to={`/desk/${review.id}${queryText}`} state={openedByPerson}>
              Show the review
            </RouterLink>
          </MessageBarBody>
          <MessageBarActions
            containerAction={
              <Button appearance="transparent" icon={<DismissRegular />} aria-label="Dismiss" onClick={onDismiss} />
            }
          />
        </MessageBar>
      )}
    </div>
  );
}
