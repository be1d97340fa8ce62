import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../parts/Button";
import { t } from "../../parts/i18n";
import { Icon } from "../../parts/Icon";
import { notify } from "../../parts/Notices";
import { choices, showList } from "../desk";
import { useHeading } from "../heading";
import { moment, w, wn } from "../words";
import {
  accepted, checkAndTell, editing, formTrouble, goTo, holds, listName, load, missing, reachable, ready, release, resumed, stale, startAnew, step, steps,
  template, uploading,
} from "./draft";
import { MessagePreview } from "./MessagePreview";
import { StepAnswer } from "./StepAnswer";
import { StepBasics } from "./StepBasics";
import { StepBot } from "./StepBot";
import { StepList } from "./StepList";
import { StepMessage } from "./StepMessage";
import { StepReview } from "./StepReview";
import type { Step } from "./steps";

const PAGES = { basics: StepBasics, message: StepMessage, answer: StepAnswer, list: StepList, bot: StepBot, review: StepReview };

/** The form of a new campaign, or of the one with `id`, once all that it shows is there: nothing is typed into the void. */
export function CampaignForm({ id }: { id: string }): JSX.Element {
  if (holds.value) return <Held />;
  if (formTrouble.value) return <Missing id={id} />;
  if (!choices.value || !ready.value)
    return (
      <>
        <FormHead title={w(id ? "act_edit" : "new_campaign")} />
        <div class="ghosts" role="status" aria-label={w("loading")}><i /><i /><i /></div>
      </>
    );
  return <Steps />;
}

function FormHead({ title }: { title: string }): JSX.Element {
  const heading = useHeading();
  return (
    <header class="campaigns-head">
      <Button look="quiet" icon="back" onClick={showList}>
        {w("campaigns")}
      </Button>
      <h1 ref={heading} tabIndex={-1}>{title}</h1>
    </header>
  );
}

function Missing({ id }: { id: string }): JSX.Element {
  return (
    <>
      <FormHead title={w("act_edit")} />
      <p class="banner" role="alert">
        <Icon name="warning" size={18} />
        <span>{formTrouble.value}</span>
        <Button look="quiet" onClick={() => void load(id)}>
          {t("try_again")}
        </Button>
      </p>
    </>
  );
}

/** A scheduled campaign that is edited does not go out by itself any more (F126): said before, not after. */
function Held(): JSX.Element | null {
  const busy = useSignal(false);
  const campaign = holds.value;
  if (!campaign) return null;
  const go = (): void => {
    busy.value = true;
    void release()
      .catch((error: Error) => notify("error", error.message))
      .finally(() => (busy.value = false));
  };
  return (
    <>
      <FormHead title={w("edit_title", { name: campaign.name })} />
      <section class="callout" role="note">
        <Icon name="calendar" size={18} />
        <div>
          <p>{w("held", { at: moment(campaign.scheduled_at) })}</p>
          <p class="callout-acts">
            <Button onClick={showList}>{w("leave_scheduled")}</Button>
            <Button look="primary" icon="edit" disabled={busy.value} aria-busy={busy.value} onClick={go}>
              {w("release")}
            </Button>
          </p>
        </div>
      </section>
    </>
  );
}

/** A step at a time; each can be gone back to, and keeps what it was told. */
function Steps(): JSX.Element {
  const all = steps.value;
  const at = all.indexOf(step.value);
  const tried = useSignal(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const first = useRef(true);
  useEffect(() => {
    tried.value = false;
    if (!first.current) heading.current?.focus();
    first.current = false;
    form.current?.scrollTo?.(0, 0);
  }, [step.value]);
  const Page = PAGES[step.value];
  const wrong = tried.value ? missing(step.value) : {};

  const advance = async (): Promise<void> => {
    if (Object.keys(missing(step.value)).length) {
      tried.value = true;
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const here = step.value;
    if (here === "list" || here === "bot") {
      if (stale.value) await checkAndTell();
      if (step.value !== here) return;
      if (stale.value || accepted.value?.state !== "loaded") {
        if (here === "bot" && !stale.value) goTo("list"); // without that bot's defaults the list has gaps
        requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(".verdict")?.focus());
        return;
      }
    }
    const to = all[at + 1];
    if (to) goTo(to);
  };
  return (
    <>
      <FormHead title={editing.value ? w("edit_title", { name: editing.value.name }) : w("new_campaign")} />
      {resumed.value && (
        <p class="callout" role="status">
          <Icon name="info" size={18} />
          <span>{w("resumed")}</span>
          <button type="button" class="button button--quiet" onClick={startAnew}>
            {w("start_anew")}
          </button>
        </p>
      )}
      <ol class="steps" aria-label={w("steps")}>
        {all.map((name, place) => (
          <li key={name} class={place < at ? "is-done" : undefined}>
            <button type="button" aria-current={name === step.value ? "step" : undefined} disabled={!reachable(name)} onClick={() => goTo(name)}>
              <span class="step-mark" aria-hidden="true">
                {place < at ? <Icon name="check" size={15} /> : place + 1}
              </span>
              <span class="step-name">{w(`step_${name}`)}</span>
            </button>
          </li>
        ))}
      </ol>
      <div class={`form-page form-page--${step.value === "review" ? "wide" : template.value && at > 0 ? "two" : "one"}`}>
        <form
          ref={form}
          class="form form-card"
          noValidate
          aria-labelledby="step-title"
          onSubmit={(event) => {
            event.preventDefault();
            void advance();
          }}
        >
          <div class="step-head">
            <h2 id="step-title" ref={heading} tabIndex={-1}>
              {w(`title_${step.value}`)}
            </h2>
            <p class="unseen">{w("step_of", { n: at + 1, all: all.length })}</p>
          </div>
          <Page wrong={wrong} />
          {step.value !== "review" && (
            <footer class="form-foot">
              {at > 0 && <Button onClick={() => goTo(all[at - 1] as Step)}>{w("back")}</Button>}
              <Button type="submit" look="primary" disabled={uploading.value !== null} aria-busy={uploading.value !== null}>
                {step.value === "list" && listName() && stale.value ? w("check_list") : w("continue")}
              </Button>
            </footer>
          )}
        </form>
        {template.value && step.value !== "review" && at > 0 && (
          <aside class="form-aside" aria-label={w("preview")}>
            <MessagePreview template={template.value} />
            {template.value.parameters.length > 0 && <p class="form-note">{wn("preview_note", template.value.parameters.length)}</p>}
          </aside>
        )}
      </div>
    </>
  );
}
