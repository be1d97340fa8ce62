import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "../parts/Button";
import { clockTime, countdown, now } from "../parts/clock";
import { Icon } from "../parts/Icon";
import { isText, t, type TextKey } from "../parts/i18n";
import { narrow } from "../parts/media";
import { Panel } from "../parts/Panel";
import type { Inside, JournalLine, Phone, Value } from "./api";
import { advance, world } from "./desk";

/** Longer lines of the journal are cut by CSS; they are read whole by pointing at them. */
const LONG_LINE = 200;

interface InsidePanelProps {
  phone: Phone;
  inside: Inside | null;
  onStart: () => void;
  onClose: () => void;
}

/** The bot's side of a conversation: where it stands, what it knows, what it waits for, what happened. */
export function InsidePanel({ phone, inside, onStart, onClose }: InsidePanelProps): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!narrow.value) return;
    const before = document.activeElement;
    box.current?.querySelector("button")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const session = inside?.session ?? null;
  return (
    <aside
      ref={box}
      class="inside"
      aria-label={t("inside_of", { name: phone.name })}
      onKeyDown={(event) => event.key === "Escape" && narrow.value && onClose()}
    >
      <header class="inside-head">
        <h3>{t("inside")}</h3>
        <Button look="quiet" icon="start" onClick={onStart}>
          {t("start")}
        </Button>
        {narrow.value && <IconButton icon="close" label={t("close")} onClick={onClose} />}
      </header>
      {inside?.opted_out && (
        <p class="opted-out">
          <Icon name="bell" size={16} />
          {t("opted_out")}
        </p>
      )}
      {inside?.bot_stopped && (
        <p class="opted-out">
          <Icon name="warning" size={16} />
          {t("bot_stopped", { cause: wordFor("stopped", inside.bot_stopped) })}
        </p>
      )}
      {session ? (
        <>
          <SessionState session={session} />
          {inside?.deadline && session.phase === "waiting" && <Deadline at={inside.deadline} />}
          <Data title={t("answers")} values={session.answers} empty={t("no_answers")} />
          {hasSome(session.given) && <Data title={t("given")} values={session.given} empty="" />}
        </>
      ) : (
        <p class="inside-empty">{t("no_session")}</p>
      )}
      <Journal lines={inside?.journal ?? []} />
    </aside>
  );
}

function SessionState({ session }: { session: NonNullable<Inside["session"]> }): JSX.Element {
  const info = world.value?.dialogs.find(({ name }) => name === session.dialog);
  const phase: TextKey = `phase_${session.phase}`;
  return (
    <section class="session" role="group" aria-label={t("session")}>
      <p class="session-dialog">
        <b>{info?.title ?? session.dialog}</b>
        <code title={t("version", { version: session.version })}>{session.version.slice(0, 7)}</code>
      </p>
      <p class="session-state">
        <code class="state-name">{session.state}</code>
        <span class={`phase phase--${session.phase}`}>{t(phase)}</span>
      </p>
      {session.cause && <p class="session-cause">{wordFor("cause", session.cause)}</p>}
      {(session.attempts ?? 0) > 0 && <p class="session-cause">{t("attempts", { n: session.attempts ?? 0 })}</p>}
    </section>
  );
}

function Deadline({ at }: { at: string }): JSX.Element {
  const left = Date.parse(at) - now.value;
  return (
    <div class="deadline">
      <Icon name="clock" size={18} />
      <p>
        <span>{t("times_out_in")}</span>
        <b role="timer" aria-label={t("times_out_in")}>
          {countdown(left)}
        </b>
      </p>
      <Button look="quiet" icon="skip" title={t("skip_wait_hint")} onClick={() => void advance(Math.max(1, Math.ceil(left / 1000) + 1))}>
        {t("skip_wait")}
      </Button>
    </div>
  );
}

function Data({ title, values, empty }: { title: string; values: Record<string, Value> | undefined; empty: string }): JSX.Element {
  const rows = Object.entries(values ?? {});
  return (
    <Panel role="group" title={title}>
      {rows.length === 0 && <p class="inside-empty">{empty}</p>}
      <dl class="values">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{valueText(value)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Journal({ lines }: { lines: JournalLine[] }): JSX.Element {
  const newest = lines.slice(-40).reverse();
  return (
    <Panel role="group" title={t("journal")}>
      {newest.length === 0 && <p class="inside-empty">{t("no_journal")}</p>}
      <ol class="journal" reversed>
        {newest.map((line, at) => {
          const { what, text } = wordsOf(line);
          return (
            <li key={`${lines.length - at}`}>
              {line.at && <time dateTime={line.at}>{clockTime(line.at, true)}</time>}
              <span class="journal-kind">{what}</span>
              {movedText(line) && <code class="journal-moved">{movedText(line)}</code>}
              {text && (
                <span class="journal-text" dir="auto" title={text.length > LONG_LINE ? text : undefined}>
                  {text}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

/** An effect comes as `open_ticket department=ventas`: its first word says what was done. */
function wordsOf({ kind = "", text = "" }: JournalLine): { what: string; text: string } {
  const [name = "", ...facts] = text.split(" ");
  const isKnown = kind === "effect" && isText(`effect_${name}`);
  return isKnown ? { what: wordFor("effect", name), text: facts.join(" ") } : { what: wordFor("journal", kind), text };
}

/** The server's `word` in the reader's language; one we have no text for is shown as it is. */
function wordFor(about: "cause" | "effect" | "stopped" | "journal", word: string): string {
  const key = `${about}_${word}`;
  return isText(key) ? t(key) : word;
}

function movedText({ facts }: JournalLine): string {
  return facts?.to && facts.from !== facts.to ? [facts.from, facts.to].filter(Boolean).join(" → ") : "";
}

function hasSome(values: Record<string, Value> | undefined): boolean {
  return Object.keys(values ?? {}).length > 0;
}

function valueText(value: Value): string {
  if (value === null || value === "") return "—";
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return String(value);
}
