import { Suspense } from 'react';
import { useSettings } from '../session/session-context.js';
import { ErrorBoundary } from '../ui/error-boundary.js';
import { lazyPart } from '../ui/lazy-part.js';

const SandboxBar = lazyPart(async () => (await import('../features/sandbox/sandbox-bar.js')).SandboxBar);

/** In a sandbox its bar; elsewhere nothing, not even its script. */
export function SandboxSwitches() {
  const { sandbox } = useSettings();
  if (sandbox === undefined) return null;
  return (
    <ErrorBoundary isPart>
      <Suspense>
        <SandboxBar />
      </Suspense>
    </ErrorBoundary>
  );
}
