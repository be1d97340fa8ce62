/** What is asked before something that can't be taken back, or that needs an answer. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { Button } from "../parts/Button";
import { now } from "../parts/clock";
import { Field } from "../parts/Field";
import { t } from "../parts/i18n";
import { Icon } from "../parts/Icon";
import { Modal } from "../parts/Modal";
import { notify } from "../parts/Notices";
import { phoneText } from "../parts/phone";
import { Aside, useReview } from "./Aside";
import type { Action, Summary } from "./api";
import { act, channelOf, choices, zoneOfPlatform } from "./desk";
import { Outlook, useOutlook } from "./Outlook";
import { moment, number, w, wn } from "./words";
import { inZone, zones } from "./zones";

interface AskProps {
  campaign: Summary;
  onClose: () => void;
  /** After it was done; `onClose` otherwise. */
  onDone?: (campaign: Summary | null) => void;
}

interface FrameProps extends AskProps {
  title: string;
  action: Action;
  facts?: () => object | string;
  button: string;
  grave?: boolean;
  /** There is nothing to do it to. */
  idle?: boolean;
  said: (campaign: Summary | null) => string;
  children: ComponentChildren;
}

/** One key for the whole question: pressed twice, or sent again after a lost answer, it still happens once. */
function Ask({ campaign, onClose, onDone, title, action, facts, button, grave, idle, said, children }: FrameProps): JSX.Element {
  const busy = useSignal(false);
  const trouble = useSignal("");
  const key = useRef(crypto.randomUUID());
  const submit = async (): Promise<void> => {
    const given = facts?.() ?? {};
    if (typeof given === "string") {
      trouble.value = given;
      return;
    }
    busy.value = true;
    trouble.value = "";
    try {
      const after = await act(campaign, action, given, key.current);
      notify("done", said(after));
      (onDone ?? onClose)(after);
    } catch (error) {
      trouble.value = (error as Error).message;
      key.current = crypto.randomUUID(); // a refusal is an answer too: asking anew is another question
    } finally {
      busy.value = false;
    }
  };
  return (
    <Modal title={title} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy.value) void submit();
        }}
      >
        {children}
        <div class="form-trouble" role="alert">
          {trouble.value && (
            <p>
              <Icon name="warning" size={18} />
              <span>{trouble.value}</span>
            </p>
          )}
        </div>
        <div class="form-actions">
          <Button onClick={onClose}>{t("close")}</Button>
          <Button type="submit" look={grave ? "grave" : "primary"} disabled={busy.value || idle} aria-busy={busy.value}>
            {button}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

export function LaunchModal(props: AskProps): JSX.Element {
  const { campaign } = props;
  const { title } = channelOf(campaign.channel);
  const review = useReview(campaign.id).value;
  const plan = useOutlook(campaign.id).value;
  return (
    <Ask
      {...props}
      idle={review?.left === 0}
      title={w("launch_title")}
      action="launch"
      facts={() => ({ confirm: campaign.messages })}
      button={wn("launch_now", campaign.messages)}
      said={() => w("done_launch", { name: campaign.name })}
    >
      <p class="big-figure">
        <b>{number(campaign.messages)}</b> {wn("messages_word", campaign.messages)}
      </p>
      <Aside review={review} />
      <Outlook plan={plan} />
      <p>{w("launch_text", { name: campaign.name, channel: title, number: phoneText(campaign.number) })}</p>
    </Ask>
  );
}

export function CancelModal(props: AskProps): JSX.Element {
  const { campaign } = props;
  const left = (campaign.counts.pending ?? 0) + (campaign.counts.queued ?? 0);
  return (
    <Ask {...props} title={w("cancel_title", { name: campaign.name })} action="cancel" button={w("cancel_button")} grave said={() => w("done_cancel", { name: campaign.name })}>
      <p>{wn("cancel_text", left)}</p>
    </Ask>
  );
}

export function DeleteModal(props: AskProps): JSX.Element {
  const { campaign } = props;
  return (
    <Ask {...props} title={w("delete_title", { name: campaign.name })} action="delete" button={w("act_delete")} grave said={() => w("done_delete", { name: campaign.name })}>
      <p>{w("delete_text")}</p>
    </Ask>
  );
}

export function RenameModal(props: AskProps): JSX.Element {
  const name = useSignal(props.campaign.name);
  return (
    <Ask
      {...props}
      title={w("rename_title")}
      action="rename"
      facts={() => (name.value.trim() ? { name: name.value.trim() } : w("missing_name"))}
      button={w("act_rename")}
      said={() => w("done_rename")}
    >
      <Field label={w("name")}>
        {(ids) => <input {...ids} maxLength={120} value={name.value} data-first onInput={(event) => (name.value = event.currentTarget.value)} />}
      </Field>
    </Ask>
  );
}

const LEAD_MS = 3_600_000;

/** First the day, then the time, in a zone. */
export function ScheduleModal(props: AskProps): JSX.Element {
  const { campaign } = props;
  const first = useRef(inZone(now.peek() + LEAD_MS, zoneOfPlatform()));
  const day = useSignal(first.current.date);
  const hour = useSignal(first.current.hour);
  const zone = useSignal(zoneOfPlatform());
  const review = useReview(campaign.id).value;
  const plan = useOutlook(campaign.id).value;
  return (
    <Ask
      {...props}
      idle={review?.left === 0}
      title={w("schedule_title")}
      action="schedule"
      facts={() => {
        if (!day.value || !hour.value) return w("missing_date");
        const here = inZone(now.value, zone.value);
        const chosen = `${day.value} ${hour.value}`;
        if (chosen <= `${here.date} ${here.time}`) return w("past_date", { time: here.time });
        return { date: day.value, time: hour.value, zone: zone.value };
      }}
      button={w("act_schedule")}
      said={(after) => w("done_schedule", { name: campaign.name, at: moment(after?.scheduled_at ?? null) })}
    >
      <p class="form-note">{wn("schedule_text", campaign.messages)}</p>
      <Aside review={review} />
      {plan?.advice && <Advice text={plan.advice} />}
      <div class="form-row">
        <Field label={w("day")}>
          {(ids) => <input {...ids} type="date" required min={inZone(now.value, zone.value).date} value={day.value} onInput={(event) => (day.value = event.currentTarget.value)} />}
        </Field>
        <Field label={w("hour")}>
          {(ids) => <input {...ids} type="time" required disabled={!day.value} value={hour.value} onInput={(event) => (hour.value = event.currentTarget.value)} />}
        </Field>
      </div>
      <Field label={w("zone")} hint={zoneHint(zone.value)}>
        {(ids) => (
          <select {...ids} value={zone.value} onChange={(event) => (zone.value = event.currentTarget.value)}>
            {zones(zoneOfPlatform()).map((name) => (
              <option key={name} value={name}>
                {name.replaceAll("_", " ")}
              </option>
            ))}
          </select>
        )}
      </Field>
    </Ask>
  );
}

/** Of a send larger than the level: on the chosen day, too, it takes more than one. */
function Advice({ text }: { text: string }): JSX.Element {
  return (
    <p class="callout" role="note">
      <Icon name="info" size={18} />
      <span>
        {w("if_sent_now")} {text}
      </span>
    </p>
  );
}

/** What time it is there, and why this zone: a workspace that names none leaves it to the reader's. */
function zoneHint(zone: string): string {
  const there = w("zone_now", { time: inZone(now.value, zone).time });
  return choices.value?.says_zone ? there : `${there} ${w("zone_own")}`;
}
