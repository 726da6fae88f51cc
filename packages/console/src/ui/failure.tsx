import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { isPartnerCenterError, type PartnerCenterError } from '@vetted/client';
import { SessionEnded } from '../session/session.js';
import { CopyButton } from './copy-button.js';
import { problemsOf } from './problems.js';
import { refusalWords } from './refusal-words.js';

const useStyles = makeStyles({
  problems: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL, overflowWrap: 'anywhere' },
});

interface FailureProps {
  readonly error: unknown;
  /** What could not be done: "The customers could not be loaded". */
  readonly title: string;
  /** Tries again; without it no button is shown. */
  readonly onRetry?: () => void;
  /** Default "Try again". */
  readonly retryLabel?: string;
}

/** Says what went wrong and what to do, with the correlation id to copy. */
export function Failure({ error, title, onRetry, retryLabel = 'Try again' }: FailureProps) {
  // A dialog over the page says so, and what to do.
  if (error instanceof SessionEnded) return null;
  const { text, correlationId } = explain(error);
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {text}
        <Problems error={error} />
      </MessageBarBody>
      {(onRetry !== undefined || correlationId !== undefined) && (
        <MessageBarActions>
          {onRetry && <Button onClick={onRetry}>{retryLabel}</Button>}
          {correlationId !== undefined && <CopyButton text={correlationId} label="Copy correlation ID" />}
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

/** What the service names as wrong, where its text speaks of it in general only. */
function Problems({ error }: { readonly error: unknown }) {
  const styles = useStyles();
  const sentences = new Set(problemsOf(error).map(({ name, reason }) => `${name} ${reason}.`));
  if (sentences.size === 0) return null;
  return (
    <ul className={styles.problems}>
      {[...sentences].map((sentence) => (
        <li key={sentence}>
          <bdi>{sentence}</bdi>
        </li>
      ))}
    </ul>
  );
}

/** What a person is told of an error, and by what support finds it. */
function explain(error: unknown): { readonly text: string; readonly correlationId?: string | undefined } {
  if (!isPartnerCenterError(error)) return { text: error instanceof Error ? error.message : String(error) };
  if (error.statusCode === undefined)
    return { text: 'The service cannot be reached. Check your connection, then try again.' };
  return { text: textOf(error), correlationId: error.correlationId };
}

function textOf(error: PartnerCenterError): string {
  const { statusCode, code, description, message } = error;
  if (statusCode === 429) return 'There are too many requests just now. Wait a little, then try again.';
  if (problemsOf(error).length > 0) return 'Not everything that was sent is accepted:';
  return refusalWords(code) ?? description ?? message;
}
