import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/Icon";
import { api, type Outlook as Plan } from "./api";
import { day, sentenceCase, wn } from "./words";

/** Days told one by one; of the rest only how many messages they take. */
const SHOWN = 5;

/** How many messages would leave on which day, launched now; null while it is asked, or where it can't be. */
function useOutlook(id: string): Signal<Plan | null> {
  const outlook = useSignal<Plan | null>(null);
  useEffect(() => {
    if (id) void api.plan(id).then((found) => (outlook.value = found), () => undefined);
  }, [id]);
  return outlook;
}

/** What leaves on which day and what speaks against it; nothing when all leaves on the day of the launch. */
export function Outlook({ id }: { id: string }): JSX.Element | null {
  const plan = useOutlook(id).value;
  if (!plan?.advice) return null;
  const later = plan.days.slice(SHOWN).reduce((sum, { messages }) => sum + messages, plan.left_over);
  return (
    <div class="callout" role="note">
      <Icon name="warning" size={18} />
      <div>
        <p>{sentenceCase(plan.advice)}</p>
        <ul>
          {plan.days.slice(0, SHOWN).map((one) => (
            <li key={one.day}>{wn("leave_on", one.messages, { day: day(one.day) })}</li>
          ))}
          {later > 0 && <li>{wn("leave_later", later)}</li>}
        </ul>
        {plan.ahead > 0 && <p>{wn("ahead", plan.ahead)}</p>}
      </div>
    </div>
  );
}
