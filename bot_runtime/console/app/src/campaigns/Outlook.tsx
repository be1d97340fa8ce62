import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/Icon";
import { api, type Outlook as Plan } from "./api";
import { day, number, w, wn } from "./words";

/** How many days are listed; a big list at a low level takes months. */
const SHOWN_DAYS = 7;

/** On which days the campaign leaves if it is sent now; null while it is counted, or where it can't be. */
export function useOutlook(id: string): Signal<Plan | null> {
  const plan = useSignal<Plan | null>(null);
  useEffect(() => {
    if (id) void api.plan(id).then((found) => (plan.value = found), () => undefined);
  }, [id]);
  return plan;
}

/** All leaves today, as far as the level goes; or nothing limits it. */
export function fits({ messages, today }: Plan): boolean {
  return today === messages;
}

/** What room the account's level leaves. */
export function levelText(limit: number, free: number | null): string {
  return w("level_left", { limit: number(limit), free: number(free ?? 0) });
}

/** A send larger than the room left (F142): how many leave on which day, and what speaks against it. Advice: it stops nothing. */
export function Outlook({ plan }: { plan: Plan | null }): JSX.Element | null {
  if (!plan || plan.limit === null || fits(plan)) return null;
  const { days, today, left_over, ahead, advice } = plan;
  const listed = days.slice(0, SHOWN_DAYS);
  const later = days.slice(SHOWN_DAYS).reduce((sum, { messages }) => sum + messages, 0);
  return (
    <section class="callout" role="note">
      <Icon name="calendar" size={18} />
      <div>
        <p>
          <b>{today ? wn("plan_today", today) : w("plan_none_today")}</b>
        </p>
        {advice && <p>{advice}</p>}
        {ahead > 0 && <p>{wn("plan_ahead", ahead)}</p>}
        <table class="plan">
          <caption class="unseen">{w("plan_of")}</caption>
          <thead class="unseen">
            <tr>
              <th scope="col">{w("day")}</th>
              <th scope="col">{w("messages_sent")}</th>
            </tr>
          </thead>
          <tbody>
            {listed.map((one, at) => (
              <tr key={one.day}>
                <th scope="row">{at === 0 && today ? w("today") : day(one.day)}</th>
                <td class="is-number">{number(one.messages)}</td>
              </tr>
            ))}
            {later > 0 && (
              <tr>
                <th scope="row">{w("plan_until", { day: day(days.at(-1)?.day ?? "") })}</th>
                <td class="is-number">{number(later)}</td>
              </tr>
            )}
            {left_over > 0 && (
              <tr>
                <th scope="row">{w("plan_beyond")}</th>
                <td class="is-number">{number(left_over)}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}
