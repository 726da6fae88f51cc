import { Component, type ReactNode } from 'react';
import { Failure } from './failure.js';
import { Page } from './page.js';

interface ErrorBoundaryProps {
  /** What was shown when the error came; with another one, what is inside is tried again. */
  readonly place?: string;
  /** What is inside is a part beside the page, and not the page. */
  readonly isPart?: boolean;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error?: unknown;
  readonly hasFailed: boolean;
}

/** In place of what cannot be shown because of a mistake of ours: says so, and offers to load the page anew. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { hasFailed: false };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error, hasFailed: true };
  }

  override componentDidUpdate({ place }: ErrorBoundaryProps): void {
    if (this.state.hasFailed && place !== this.props.place) this.setState({ error: undefined, hasFailed: false });
  }

  override render(): ReactNode {
    const { error, hasFailed } = this.state;
    if (!hasFailed) return this.props.children;
    const failure = (
      <Failure
        title="Something in it went wrong"
        error={error}
        onRetry={() => location.reload()}
        retryLabel="Reload the page"
      />
    );
    return this.props.isPart ? failure : <Page title="This page could not be shown">{failure}</Page>;
  }
}
