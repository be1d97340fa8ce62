import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../parts/Icon";
import { dayName, dayOf, now } from "../parts/clock";
import { count, t } from "../parts/i18n";
import { reducedMotion } from "../parts/media";
import { LineView, PendingView } from "./LineView";
import { readEarlier, type Talk } from "./talks";

const NEAR_END_PX = 80;
const NEAR_START_PX = 300;

/** The conversation, newest at the end. Earlier lines come as one scrolls up; new ones are pointed to when out of sight. */
export function TalkLog({ id, talk, contact }: { id: string; talk: Talk; contact: string }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const fromEnd = useRef(0);
  const firstId = useRef("");
  const seen = useRef(0);
  const unseen = useSignal(0);
  const lines = talk.lines.value;
  const pending = talk.pending.value;

  const toEnd = (smooth: boolean): void => {
    following.current = true;
    unseen.value = 0;
    const log = box.current;
    const near = log && log.scrollHeight - log.scrollTop < 3 * log.clientHeight;
    log?.scrollTo({ top: log.scrollHeight, behavior: smooth && near && !reducedMotion.value ? "smooth" : "instant" });
  };

  useEffect(() => {
    const log = box.current;
    if (!log) return;
    const noteScroll = (): void => {
      if (log.clientHeight === 0) return; // out of sight, where every position is 0
      fromEnd.current = log.scrollHeight - log.scrollTop;
      following.current = fromEnd.current - log.clientHeight < NEAR_END_PX;
      if (following.current) unseen.value = 0;
      if (log.scrollTop < NEAR_START_PX) void readEarlier(id);
    };
    const resized = new ResizeObserver(() => following.current && toEnd(false));
    log.addEventListener("scroll", noteScroll, { passive: true });
    resized.observe(log);
    noteScroll();
    return () => {
      log.removeEventListener("scroll", noteScroll);
      resized.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    const log = box.current;
    if (!log) return;
    const added = lines.length - seen.current;
    const grewAbove = firstId.current !== "" && lines[0]?.id !== firstId.current;
    const begun = seen.current > 0;
    firstId.current = lines[0]?.id ?? "";
    seen.current = lines.length;
    if (grewAbove && !following.current) log.scrollTo({ top: log.scrollHeight - fromEnd.current, behavior: "instant" });
    else if (following.current) toEnd(begun);
    else if (added > 0) unseen.value += lines.slice(-added).filter(({ from }) => from !== "event").length;
    fromEnd.current = log.scrollHeight - log.scrollTop;
  }, [lines]);
  useLayoutEffect(() => {
    if (pending.length > 0) toEnd(true);
  }, [pending.length]);
  useLayoutEffect(() => {
    if (following.current) toEnd(false); // why one could not be handed over stands below it
  }, [pending]);

  return (
    <div class="talk-wall">
      <div class="log talk-log" ref={box} role="log" aria-live="polite" aria-label={t("conversation_with", { name: contact })} tabIndex={0} onLoadCapture={() => following.current && toEnd(false)}>
        {talk.earlier.value === null && lines.length > 0 && <p class="talk-start">{t("talk_start")}</p>}
        {lines.map((line, at) => {
          const before = lines[at - 1];
          const newDay = !before || dayOf(before.at) !== dayOf(line.at);
          const first = newDay || before.from !== line.from || before.by !== line.by;
          return (
            <div key={line.id} class="entry">
              {newDay && <Day at={line.at} />}
              <LineView line={line} first={first} contact={contact} ticket={id} />
            </div>
          );
        })}
        {pending.map((waiting) => (
          <PendingView key={waiting.key} ticket={id} pending={waiting} />
        ))}
      </div>
      {unseen.value > 0 && (
        <button type="button" class="pill" onClick={() => toEnd(true)}>
          <Icon name="down" size={16} />
          {count("new_messages", unseen.value)}
        </button>
      )}
    </div>
  );
}

/** Only the day's name depends on the clock, so only this is drawn again as it ticks. */
function Day({ at }: { at: string }): JSX.Element {
  return <p class="day">{dayName(at, now.value)}</p>;
}
