import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/Icon";
import { api, type Review } from "./api";
import { number, sentenceCase, w, wn } from "./words";

/** Who would get the campaign if it were sent now; null while it is counted, or where it can't be. */
export function useReview(id: string): Signal<Review | null> {
  const review = useSignal<Review | null>(null);
  useEffect(() => {
    if (id) void api.review(id).then((found) => (review.value = found), () => undefined);
  }, [id]);
  return review;
}

/** The messages that would not go out, by their reason; nothing when all would. */
export function Aside({ review }: { review: Review | null }): JSX.Element | null {
  if (!review?.set_aside.length) return null;
  const { left, messages } = review;
  return (
    <div class="callout" role={left ? "note" : "alert"}>
      <Icon name="warning" size={18} />
      <div>
        <p>{left ? wn("aside", messages - left) : w("nobody_left")}</p>
        <ul>{reasons(review)}</ul>
      </div>
    </div>
  );
}

/** Where what the campaign declares, its bot's questions and its list disagree (F022): it stops nothing. */
export function Advice({ review }: { review: Review | null }): JSX.Element | null {
  const advice = review?.advice ?? [];
  if (!advice.length) return null;
  return (
    <div class="callout callout--good" role="note">
      <Icon name="info" size={18} />
      <div>
        <p>{w("declared_advice")}</p>
        <ul>
          {advice.map(({ code, name, message, proposal }) => (
            <li key={`${code} ${name}`}>
              {sentenceCase(message)}
              {proposal && (
                <details>
                  <summary>{w("proposed_question")}</summary>
                  <pre class="proposal">{proposal}</pre>
                </details>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** What the surveys that follow the bot's add, for a contact and in total (F018). */
export function Following({ review }: { review: Review | null }): JSX.Element | null {
  const surveys = review?.surveys ?? [];
  if (!surveys.length) return null;
  return (
    <div class="callout callout--good" role="note">
      <Icon name="info" size={18} />
      <div>
        <p>{w("surveys_follow")}</p>
        <ul>
          {surveys.map(({ dialog, title, messages, parts, all_messages, all_parts }) => (
            <li key={dialog}>
              {parts === null
                ? w("survey_adds", { title, messages: number(messages), all: number(all_messages) })
                : w("survey_adds_sms", { title, messages: number(messages), parts: number(parts), all: number(all_parts ?? 0) })}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Everything that keeps a row of the list from getting a message: it was wrong, or its person said no. */
export function Exclusions({ dropped, review }: { dropped: number; review: Review | null }): JSX.Element {
  if (!dropped && !review?.set_aside.length) return <>{review ? w("nobody_known") : "…"}</>;
  return (
    <ul class="plain">
      {dropped > 0 && <li>{wn("dropped_rows", dropped)}</li>}
      {review && reasons(review)}
    </ul>
  );
}

function reasons({ set_aside }: Review): JSX.Element[] {
  return set_aside.map(({ reason, why, count }) => (
    <li key={reason}>
      {sentenceCase(why)}: {number(count)}
    </li>
  ));
}
