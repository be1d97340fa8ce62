import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

let views = 0;

/**
 * The heading of a view that took the place of another: who works from the keyboard goes on there, not at the top of the page.
 * The first view leaves the focus alone, and so does one in which somebody was faster. `ready`: the heading is there.
 */
export function useHeading(ready = true): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (ready && views++ > 0 && document.activeElement === document.body) heading.current?.focus();
  }, [ready]);
  return heading;
}
