import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../parts/Button";
import { now } from "../../parts/clock";
import { t } from "../../parts/i18n";
import { Icon } from "../../parts/Icon";
import { Panel } from "../../parts/Panel";
import { phoneText } from "../../parts/phone";
import { ActionMenu } from "../ActionMenu";
import { isActive } from "../actions";
import { api, type Detail, type Problems } from "../api";
import { changed, channelOf, choices, departmentOf, dialogOf, forget, showList } from "../desk";
import { useHeading } from "../heading";
import { Fact } from "../ListView";
import { busyText, lateText } from "../policies";
import { ProblemTable } from "../ProblemTable";
import { ReminderLines } from "../ReminderLines";
import { SkipWrong } from "../SkipWrong";
import { StateChip } from "../StateChip";
import { moment, number, share, waitText, w, wn } from "../words";
import { Answers } from "./Answers";
import { Arms } from "./Arms";
import { Delivery } from "./Delivery";
import { Funnel } from "./Funnel";
import { Reasons } from "./Reasons";
import { Recipients } from "./Recipients";
import { Unusual } from "./Unusual";

/** How soon after a change is told the figures are read. */
const AGAIN_MS = 1000;
/** Answers are not told one by one: how often they are asked for while some may come. A big list takes longer to count. */
const ANSWERS_MS = 5000;
const BIG = 5000;
const BIG_ANSWERS_MS = 30_000;

/** What became of a campaign, live while it sends. */
export function ResultsView({ id }: { id: string }): JSX.Element {
  const found = useSignal<Detail | null>(null);
  const trouble = useSignal("");
  const version = useSignal(0);
  const read = (): void => {
    api.detail(id).then(
      (detail) => {
        found.value = detail;
        trouble.value = "";
        version.value++;
      },
      (error: Error) => (trouble.value = error.message),
    );
  };
  useEffect(read, [id]);
  useEffect(() => {
    let timer = 0;
    const stop = changed.subscribe((campaign) => {
      if (campaign?.id !== id || !found.peek()) return;
      found.value = { ...(found.peek() as Detail), ...campaign };
      timer ||= window.setTimeout(() => {
        timer = 0;
        read();
      }, AGAIN_MS);
    });
    let readAt = Date.now();
    const answers = setInterval(() => {
      const campaign = found.peek();
      if (!campaign || !isActive(campaign, now.peek()) || document.visibilityState !== "visible") return;
      if (campaign.contacts > BIG && Date.now() - readAt < BIG_ANSWERS_MS) return;
      readAt = Date.now();
      read();
    }, ANSWERS_MS);
    return () => {
      stop();
      clearTimeout(timer);
      clearInterval(answers);
    };
  }, [id]);

  const campaign = found.value;
  const heading = useHeading(campaign !== null);
  return (
    <>
      <header class="campaigns-head campaigns-head--results">
        <Button look="quiet" icon="back" onClick={showList}>
          {w("campaigns")}
        </Button>
        {campaign && (
          <>
            <h1 ref={heading} tabIndex={-1}>{campaign.name}</h1>
            <StateChip campaign={campaign} />
            <ActionMenu campaign={campaign} inResults onGone={() => (forget(id), showList())} />
          </>
        )}
      </header>
      {trouble.value && (
        <p class="banner" role="alert">
          <Icon name="warning" size={18} />
          <span>{trouble.value}</span>
          <Button look="quiet" onClick={read}>
            {t("try_again")}
          </Button>
        </p>
      )}
      {campaign ? <Inside campaign={campaign} version={version.value} onRead={read} /> : !trouble.value && <div class="ghosts" aria-hidden="true"><i /><i /><i /></div>}
    </>
  );
}

function Inside({ campaign, version, onRead }: { campaign: Detail; version: number; onRead: () => void }): JSX.Element {
  const { state, counts, figures, channel } = campaign;
  const tellsReads = choices.value?.channels.find(({ name }) => name === channel)?.reads ?? true;
  const launched = Boolean(campaign.sent_at);
  return (
    <div class="results">
      <About campaign={campaign} />
      {state === "invalid" && <Wrong campaign={campaign} onMended={onRead} />}
      {launched && figures && (
        <>
          <section class="tiles" aria-label={w("figures")}>
            <Tile name={w("planned")} value={number(figures.planned)} note={w("planned_note")} />
            <Tile name={w("accepted")} value={number(figures.sent)} note={w("accepted_note")} />
            <Tile name={w("reached")} value={number(figures.reached)} note={w("reached_note")} />
            <Tile name={w("answered")} value={number(figures.answered)} note={figures.late ? wn("late_note", figures.late) : w("answered_note")} />
            <Tile
              name={w("redemption")}
              value={figures.redemption === null || figures.redemption === undefined ? "–" : share(Math.round(figures.redemption * 1000))}
              note={figures.reached ? w("redemption_note", { share: share(Math.round((figures.answered / figures.reached) * 1000)) }) : w("redemption_none")}
            />
          </section>
          <div class="results-two">
            <div class="results">
              <Panel title={w("delivery")}>
                <Delivery counts={counts} name={campaign.name} tellsReads={tellsReads} />
              </Panel>
              <Panel title={w("tickets_by_reason")}>
                <Reasons tickets={figures.tickets ?? {}} />
              </Panel>
              <Unusual campaign={campaign} />
              {Object.keys(figures.answers ?? {}).length > 0 && (
                <Panel title={w("answers")}>
                  <Answers answers={figures.answers ?? {}} />
                </Panel>
              )}
              {Object.keys(figures.arms ?? {}).length > 0 && (
                <Panel title={w("splits")}>
                  <Arms arms={figures.arms ?? {}} />
                </Panel>
              )}
            </div>
            <Panel title={w("funnel")}>
              <Funnel counts={counts} figures={figures} tellsReads={tellsReads} />
            </Panel>
          </div>
        </>
      )}
      {!launched && state !== "invalid" && (
        <p class="callout" role="note">
          <Icon name="info" size={18} />
          <span>{w(state === "scheduled" ? "not_yet_scheduled" : "not_yet", { at: moment(campaign.scheduled_at) })}</span>
        </p>
      )}
      {state !== "invalid" && state !== "draft" && <Recipients campaign={campaign} version={version} tellsReads={tellsReads} />}
    </div>
  );
}

function Tile({ name, value, note }: { name: string; value: string; note: string }): JSX.Element {
  return (
    <dl class="tile">
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        <small>{note}</small>
      </dd>
    </dl>
  );
}

function About({ campaign }: { campaign: Detail }): JSX.Element {
  const { title } = channelOf(campaign.channel);
  return (
    <dl class="about">
      <Fact name={w("account")}>{[title, phoneText(campaign.number)].filter(Boolean).join(" · ")}</Fact>
      <Fact name={w("template")}>{campaign.template}</Fact>
      <Fact name={w("department")}>{departmentOf(campaign.department) || w("no_department")}</Fact>
      <Fact name={w("expects_legend")}>{campaign.expects_answer ? w("expects_yes", { wait: waitText(campaign.wait_s) }) : w("informative")}</Fact>
      {campaign.dialog && <Fact name={w("bot")}>{dialogOf(campaign.dialog)}</Fact>}
      <Fact name={w("created")}>{moment(campaign.created_at)}</Fact>
      {campaign.sent_at && <Fact name={w("sent_on")}>{moment(campaign.sent_at)}</Fact>}
      {campaign.ended_at && <Fact name={w(campaign.ends_estimated ? "ends_about" : "ended")}>{moment(campaign.ended_at)}</Fact>}
      {campaign.remind && campaign.remind.length > 0 && (
        <Fact name={w("reminders")}>
          <ReminderLines reminders={campaign.remind} />
        </Fact>
      )}
      {campaign.expects_answer && campaign.late && <Fact name={w("late")}><span class="said">{lateText(campaign.late)}</span></Fact>}
      {campaign.busy && <Fact name={w("busy")}>{busyText(campaign.busy)}</Fact>}
    </dl>
  );
}

function Wrong({ campaign, onMended }: { campaign: Detail; onMended: () => void }): JSX.Element | null {
  const found = useSignal<Problems | null>(null);
  useEffect(() => {
    void api.problems(campaign.id).then((problems) => (found.value = problems), () => undefined);
  }, [campaign.id]);
  return (
    found.value && (
      <ProblemTable title={w("invalid_title")} text={w("invalid_text")} problems={found.value}>
        <SkipWrong campaign={campaign} onDone={onMended} />
      </ProblemTable>
    )
  );
}
