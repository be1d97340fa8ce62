import type { JSX } from "preact";

/** Drawn on a 24-unit grid with strokes of the text's colour. */
const PATHS = {
  attach: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500a2 2 0 0 0 4 0",
  bot: "M12 4v3M7 7h10a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3v-6a3 3 0 0 1 3-3zM9 12.500v1M15 12.500v1",
  check: "M5 12.500l4.500 4.500L19 7.500",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.800",
  close: "M6 6l12 12M18 6L6 18",
  document: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.01",
  inside: "M4 5h16v14H4zM14 5v14",
  link: "M9 15L19 5M12 5h7v7M17 14v5H5V7h5",
  list: "M9 7h11M9 12h11M9 17h11M4.500 7h.01M4.500 12h.01M4.500 17h.01",
  location: "M12 21c-4-4.500-6-7.600-6-10.500a6 6 0 0 1 12 0C18 13.400 16 16.500 12 21zM12 12.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  microphone: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  more: "M12 6h.01M12 12h.01M12 18h.01",
  phone: "M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM11 18h2",
  play: "M8 5.500v13l10.500-6.500z",
  plus: "M12 5v14M5 12h14",
  reply: "M9 7l-5 5 5 5M4 12h9a6 6 0 0 1 6 6",
  send: "M4.500 12L3.500 5l17 7-17 7 1-7zM4.500 12H12",
  skip: "M5 6l7 6-7 6zM13 6l7 6-7 6z",
  smile: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9 10h.01M15 10h.01M8.500 14a4.500 4.500 0 0 0 7 0",
  start: "M13 3L5 14h6l-1 7 8-11h-6z",
  sticker: "M5 5h14v9l-5 5H5zM14 19v-5h5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M4.600 4.600L6 6M18 18l1.400 1.400M2.500 12h2M19.500 12h2M4.600 19.400L6 18M18 6l1.400-1.400",
  trash: "M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13",
  video: "M4 6h11v12H4zM15 11l5-3v8l-5-3",
  warning: "M12 4l9 16H3zM12 10v4.500M12 17.500h.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
