import { useEffect, useEffectEvent, useRef, useState } from 'react';

/** How long a person may pause between two letters without a search being made. */
const PAUSE_IN_MS = 200;

/**
 * What stands in the search box: it follows every key, and is applied when the person pauses. Where `applied` changes for
 * another reason, as by a link, it follows that.
 */
export function useSearchText(applied: string, apply: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(applied);
  const lastApplied = useRef(applied);
  useEffect(() => {
    if (applied === lastApplied.current) return;
    lastApplied.current = applied;
    setText(applied);
  }, [applied]);

  const applyText = useEffectEvent(() => {
    lastApplied.current = text.trim();
    apply(text.trim());
  });
  useEffect(() => {
    if (text.trim() === lastApplied.current) return;
    const timer = setTimeout(applyText, PAUSE_IN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}
