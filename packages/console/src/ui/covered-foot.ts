import { type RefObject, useLayoutEffect } from 'react';

const PROPERTY = '--covered-foot';

/** How much of the window's foot something covers that stays there while the page is scrolled, as a length in CSS. */
export const coveredFoot = `var(${PROPERTY}, 0px)`;

/** Tells the page that this element covers its foot, and how much of it. */
export function useCoveringFoot(cover: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = cover.current;
    if (element === null) return;
    const { style } = document.documentElement;
    const tell = () => {
      const covers = getComputedStyle(element).position === 'sticky';
      style.setProperty(PROPERTY, covers ? `${element.offsetHeight}px` : '0px');
    };
    const observer = new ResizeObserver(tell);
    observer.observe(element, { box: 'border-box' });
    // The height of the window, too, decides whether it stays there.
    window.addEventListener('resize', tell);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', tell);
      style.removeProperty(PROPERTY);
    };
  }, [cover]);
}
