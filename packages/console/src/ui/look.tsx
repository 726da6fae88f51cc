import {
  createDOMRenderer,
  FluentProvider,
  makeStaticStyles,
  RendererProvider,
  useFocusFinders,
  webDarkTheme,
  webLightTheme,
} from '@fluentui/react-components';
import { type ReactNode, useState, useSyncExternalStore } from 'react';

const usePageStyles = makeStaticStyles({ 'html, body, #root': { height: '100%', margin: 0 } });

/** As text, since a rule for a medium cannot be told otherwise: some of Fluent's parts would move more slowly, but move. */
const useStillness = makeStaticStyles(`@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after {
    animation-duration: 0.01ms !important;
    animation-iteration-count: 1 !important;
    transition-duration: 0.01ms !important;
  }
}`);

const darkQuery = matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  darkQuery.addEventListener('change', listener);
  return () => darkQuery.removeEventListener('change', listener);
}

/** Fluent's look, light or dark as the system wishes. The nonce lets its styles past the page's policy. */
export function Look({ nonce, children }: { readonly nonce: string; readonly children: ReactNode }) {
  const [renderer] = useState(() => createDOMRenderer(document, { styleElementAttributes: { nonce } }));
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <Themed>{children}</Themed>
    </RendererProvider>
  );
}

function Themed({ children }: { readonly children: ReactNode }) {
  usePageStyles();
  useStillness();
  // What hides the page from a screen reader while a dialog is open must outlive the dialog: the last of Fluent's
  // components that needs it takes it along, and the page would stay hidden.
  useFocusFinders();
  const isDark = useSyncExternalStore(subscribe, () => darkQuery.matches);
  return (
    <FluentProvider theme={isDark ? webDarkTheme : webLightTheme} style={{ minHeight: '100%' }}>
      {children}
    </FluentProvider>
  );
}
