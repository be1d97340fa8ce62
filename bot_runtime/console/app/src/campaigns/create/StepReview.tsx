import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { phoneText } from "../../parts/phone";
import { LaunchModal, ScheduleModal } from "../ActionModals";
import { mayAct } from "../actions";
import type { Detail } from "../api";
import { Advice, Aside, Exclusions, Following, useReview } from "../Aside";
import { channelOf, departmentOf, dialogOf, showList, showResults } from "../desk";
import { Fact } from "../ListView";
import { busyText, lateText } from "../policies";
import { ReminderLines } from "../ReminderLines";
import { fits, levelText, Outlook, useOutlook } from "../Outlook";
import { number, waitText, w, wn } from "../words";
import { AnyRow } from "./AnyRow";
import { accepted, goTo, listName, startDraft, steps } from "./draft";
import { Others } from "./Others";
import type { Step } from "./steps";

/** Everything once more, as it will go out; then now, or later. */
export function StepReview(): JSX.Element | null {
  const asking = useSignal<"launch" | "schedule" | null>(null);
  const campaign = accepted.value;
  const review = useReview(campaign?.id ?? "").value;
  const plan = useOutlook(campaign?.id ?? "").value;
  if (!campaign) return null;
  const { expects_answer, dialog, wait_s, contacts, messages, dropped = 0, sms } = campaign;
  const leave = (to: () => void): void => {
    startDraft();
    to();
  };
  return (
    <div class="review">
      <div class="review-facts">
        <Others />
        <p class="figures figures--two">
          <span>
            <b>{number(contacts)}</b> {wn("people_word", contacts)}
          </span>
          <span>
            <b>{number(messages)}</b> {wn("messages_word", messages)}
          </span>
        </p>
        <dl class="facts">
          <Row name={w("name")} step="basics">{campaign.name}</Row>
          <Row name={w("account")} step="basics">{`${channelOf(campaign.channel).title} · ${phoneText(campaign.number)}`}</Row>
          <Row name={w("department")} step="basics">{departmentOf(campaign.department) || w("no_department")}</Row>
          <Row name={w("template")} step="message">{campaign.template}</Row>
          <Row name={w("expects_legend")} step="answer">{expects_answer ? w("expects_yes", { wait: waitText(wait_s) }) : w("informative")}</Row>
          {expects_answer && (
            <Row name={w("reminders")} step="answer">
              <ReminderLines reminders={campaign.remind} />
            </Row>
          )}
          {expects_answer && campaign.late && <Row name={w("late")} step="answer">{lateText(campaign.late)}</Row>}
          {campaign.busy && <Row name={w("busy")} step="answer">{busyText(campaign.busy)}</Row>}
          <Row name={w("list")} step="list">{listName() || "–"}</Row>
          {expects_answer && <Row name={w("bot")} step="bot">{dialogOf(dialog) || w("no_bot")}</Row>}
          <Fact name={w("exclusions")}>
            <Exclusions dropped={dropped} review={review} />
          </Fact>
          {sms && <Fact name={w("sms_parts")}>{smsText(sms)}</Fact>}
          {plan && plan.limit !== null && fits(plan) && <Fact name={w("level")}>{`${w("plan_all_today")} ${levelText(plan.limit, plan.free)}`}</Fact>}
        </dl>
        {sms && sms.over_budget > 0 && (
          <div class="callout" role="note">
            <Icon name="warning" size={18} />
            <p>{wn("sms_over", sms.over_budget)}</p>
          </div>
        )}
        <Outlook plan={plan} />
        {review?.left === 0 && <Aside review={review} />}
        <Advice review={review} />
        <Following review={review} />
        <div class="form-foot">
          <Button onClick={() => goTo(steps.value.at(-2) as Step)}>{w("back")}</Button>
          <Button onClick={() => leave(showList)}>{w("leave_loaded")}</Button>
          {mayAct() && (
            <>
              <Button icon="calendar" disabled={review?.left === 0} onClick={() => (asking.value = "schedule")}>
                {w("act_schedule")}
              </Button>
              <Button look="primary" icon="send" disabled={review?.left === 0} onClick={() => (asking.value = "launch")}>
                {w("send_now")}
              </Button>
            </>
          )}
        </div>
      </div>
      <AnyRow campaign={campaign} />
      {asking.value === "launch" && (
        <LaunchModal campaign={campaign} onClose={() => (asking.value = null)} onDone={() => leave(() => showResults(campaign.id))} />
      )}
      {asking.value === "schedule" && (
        <ScheduleModal campaign={campaign} onClose={() => (asking.value = null)} onDone={() => leave(showList)} />
      )}
    </div>
  );
}

/** What the messages cost in parts, which the provider charges one by one. */
function smsText({ parts, most }: NonNullable<Detail["sms"]>): string {
  return [wn("sms_all", parts), most > 1 && wn("sms_most", most)].filter(Boolean).join(" ");
}

function Row({ name, step, children }: { name: string; step: Step; children: ComponentChildren }): JSX.Element {
  return (
    <Fact name={name}>
      <div>{children}</div>
      <button type="button" class="button button--quiet" aria-label={w("change_of", { what: name })} onClick={() => goTo(step)}>
        {w("change")}
      </button>
    </Fact>
  );
}
