import { useEffect, useEffectEvent, useState } from 'react';

/** Keys, as `KeyboardEvent.key` names them, and what each does. */
export type Shortcuts = readonly (readonly [key: string, act: () => void])[];

const STORED = 'vetted.desk.shortcuts';

/** Where keys mean something of their own: what is typed into, what is chosen from, and what lies over the page. */
const occupied =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox]';
const activatable = 'a, button, summary, [role=button], [role=link], [role=switch]';

/**
 * Single keys that work anywhere on the page, but not while a person types, nor with a modifier key. Enter is left to
 * the link or button that has the focus. Keys go by the character, so that they follow the keyboard's layout.
 */
export function useShortcuts(shortcuts: Shortcuts, isEnabled: boolean): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof Element && target.closest(key === 'Enter' ? `${occupied}, ${activatable}` : occupied)) return;
    // A click on its text takes the focus out of a dialog, but what lies behind it stays out of reach.
    if (document.querySelector(':modal') !== null) return;
    const [, act] = shortcuts.find(([name]) => name === key) ?? [];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    if (!isEnabled) return;
    const onKeyDown = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isEnabled]);
}

/**
 * Whether single keys work on this machine: who speaks to the computer, or types by accident, can turn them off.
 * @see https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts
 */
export function useShortcutsSwitch(): readonly [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(() => localStorage.getItem(STORED) !== 'off');
  const turn = (next: boolean) => {
    localStorage.setItem(STORED, next ? 'on' : 'off');
    setOn(next);
  };
  return [isOn, turn];
}
