import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { phoneText } from "../../parts/phone";
import { LaunchModal, ScheduleModal } from "../ActionModals";
import { mayAct } from "../actions";
import { api, type Detail, type Preview } from "../api";
import { Advice, Aside, Exclusions, Following, useReview } from "../Aside";
import { channelOf, departmentOf, dialogOf, showList, showResults } from "../desk";
import { Fact } from "../ListView";
import { busyText, lateText } from "../policies";
import { ReminderLines } from "../ReminderLines";
import { fits, levelText, Outlook, useOutlook } from "../Outlook";
import { number, sentenceCase, waitText, w, wn } from "../words";
import { accepted, channelKind, goTo, listName, startDraft, steps } from "./draft";
import { RowPreview } from "./MessagePreview";
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

/** How many blank rows of a list are stepped over, going back. */
const BLANK_ROWS = 50;

/** The message as any row of the list gets it; rows have the numbers of the spreadsheet. */
function AnyRow({ campaign: { id, contacts } }: { campaign: Detail }): JSX.Element {
  const shown = useSignal<Preview | null>(null);
  const first = useSignal(0);
  const last = useSignal(Infinity);
  const trouble = useSignal("");
  const asked = useRef(0);
  const ask = async (find: () => Promise<Preview | null>): Promise<void> => {
    const mine = ++asked.current;
    try {
      const found = await find();
      if (mine !== asked.current) return;
      if (found) shown.value = found;
      first.value ||= found?.row ?? 0;
      trouble.value = "";
    } catch (error) {
      if (mine === asked.current) trouble.value = sentenceCase((error as Error).message);
    }
  };
  useEffect(() => void ask(() => api.preview(id, null)), [id]);
  const row = shown.value?.row ?? 0;
  const onward = async (): Promise<Preview | null> => {
    const { recipients } = await api.recipients(id, "", "", row, 1);
    if (recipients[0]) return api.preview(id, recipients[0].row);
    last.value = row;
    return null;
  };
  const back = async (): Promise<Preview | null> => {
    const { recipients } = await api.recipients(id, "", "", Math.max(0, row - BLANK_ROWS), BLANK_ROWS);
    const before = recipients.filter((known) => known.row < row).at(-1);
    return before ? api.preview(id, before.row) : null;
  };
  return (
    <aside class="form-aside" aria-label={w("preview")}>
      {shown.value && <RowPreview preview={shown.value} kind={channelKind.value ?? "whatsapp"} />}
      <div class="row-chooser" role="group" aria-label={w("which_row")}>
        <IconButton icon="back" label={w("row_before")} disabled={row <= first.value} onClick={() => void ask(back)} />
        <label>
          {w("row")}
          <input
            inputMode="numeric"
            value={row || ""}
            onChange={(event) => {
              const wanted = Number(event.currentTarget.value);
              if (Number.isInteger(wanted) && wanted > 0) void ask(() => api.preview(id, wanted));
            }}
          />
        </label>
        <span class="turned">
          <IconButton icon="back" label={w("row_after")} disabled={contacts < 2 || row >= last.value} onClick={() => void ask(onward)} />
        </span>
      </div>
      {trouble.value && (
        <p class="field-trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {shown.value && (
        <p class="form-note" role="status">
          {w("to_phone", { phone: phoneText(shown.value.phone) })}
          {shown.value.sms && <SmsCount sms={shown.value.sms} />}
        </p>
      )}
    </aside>
  );
}

/** What this row's text costs, and how far it is over what is advised (F016). */
function SmsCount({ sms: { characters, parts, budget, over_budget } }: { sms: NonNullable<Preview["sms"]> }): JSX.Element {
  const said = `${wn("sms_characters", characters)} · ${wn("sms_count", parts.length)}`;
  return <span class={over_budget ? "sms-count sms-count--over" : "sms-count"}>{over_budget ? `${said} · ${w("sms_budget", { budget: number(budget) })}` : said}</span>;
}
