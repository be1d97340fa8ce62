import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { notify } from "../parts/Notices";
import { api, type Problem, type Text, type TextCount } from "./api";
import { check, checking, edited, forget, source, write } from "./desk";
import { w, wn } from "./words";

/** The dialog's YAML, checked at each change, with what the text under the cursor costs as SMS (F015). */
export function TextPane({ text }: { text: Text }): JSX.Element {
  const { dialog, edits } = text;
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = useRef<HTMLPreElement>(null);
  const line = useSignal(1);
  const problems = check.value?.problems ?? [];
  const worst = new Map<number, Problem["severity"]>();
  for (const { line: at, severity } of problems) if (severity === "error" || !worst.has(at)) worst.set(at, severity);
  const look = (): void => {
    const { current } = area;
    if (current) line.value = current.value.slice(0, current.selectionStart).split("\n").length;
  };
  const roll = (): void => {
    if (lines.current && area.current) lines.current.scrollTop = area.current.scrollTop;
  };
  useEffect(roll);
  const jump = (to: Problem): void => {
    const { current } = area;
    if (!current) return;
    const before = current.value.split("\n").slice(0, to.line - 1).join("\n").length + (to.line > 1 ? 1 : 0);
    current.focus();
    current.setSelectionRange(before + to.column - 1, before + to.column - 1 + to.width);
    const height = parseFloat(getComputedStyle(current).lineHeight);
    current.scrollTop = Math.max(0, (to.line - 4) * height);
    look();
  };
  const here = check.value?.texts.findLast((one) => one.line <= line.value && line.value <= one.last_line);
  return (
    <div class="text-pane">
      {edits && dialog.draft && !edited.value && (
        <p class="text-draft">
          {w("draft_differs")}
          <Button
            look="quiet"
            onClick={() =>
              api.text(dialog.name, true).then(
                ({ source: folder }) => write(folder),
                (error: Error) => notify("error", error.message),
              )
            }
          >
            {w("load_draft")}
          </Button>
        </p>
      )}
      <div class="editor">
        <pre class="editor-lines" ref={lines} aria-hidden="true">
          {source.value.split("\n").map((_, at) => (
            <span key={at} class={worst.has(at + 1) ? `editor-line editor-line--${worst.get(at + 1)}` : "editor-line"}>
              {at + 1}
            </span>
          ))}
        </pre>
        <textarea
          ref={area}
          aria-label={w("text_of", { title: dialog.title })}
          readOnly={!edits}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          wrap="off"
          value={source.value}
          onInput={(event) => {
            write(event.currentTarget.value);
            look();
          }}
          onSelect={look}
          onKeyUp={look}
          onClick={look}
          onScroll={roll}
        />
      </div>
      {edits && (
        <div class="text-side">
          <Cost text={here} />
          <section class="findings" aria-labelledby="findings-title">
            <header>
              <h2 id="findings-title" aria-live="polite">
                {checking.value && !check.value ? w("checking") : summary(problems)}
              </h2>
              {edited.value && (
                <Button look="quiet" icon="restore" onClick={forget}>
                  {w("back_to_live")}
                </Button>
              )}
            </header>
            <ol>
              {problems.map((one, at) => (
                <li key={at}>
                  <button type="button" class={`finding finding--${one.severity}`} onClick={() => jump(one)}>
                    <Icon name={one.severity === "error" ? "warning" : "info"} size={17} />
                    <span>
                      {one.message}
                      {one.hint && <small>{one.hint}</small>}
                    </span>
                    <em>{w("line", { n: one.line })}</em>
                  </button>
                </li>
              ))}
            </ol>
          </section>
        </div>
      )}
    </div>
  );
}

function summary(problems: Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const others = problems.length - errors;
  return [errors ? wn("errors", errors) : w("check_clean"), others ? wn("notes", others) : ""].filter(Boolean).join(" · ");
}

/** What the text at the cursor costs as one SMS. */
function Cost({ text }: { text: TextCount | undefined }): JSX.Element {
  return (
    <section class="cost" aria-live="polite" aria-label={w("sms_of_text")}>
      <Icon name="sms" size={18} />
      {text === undefined ? (
        <p>{w("no_text_here")}</p>
      ) : (
        <div>
          <b>{w("sms", { characters: text.characters, encoding: text.encoding, parts: text.parts })}</b>
          <small class={text.over || text.parts > 1 ? "is-over" : ""}>
            {text.over ? w("over_budget", { budget: text.budget }) : text.parts > 1 ? w("several_messages", { n: text.parts }) : w("single_message")}
          </small>
          <p class="cost-text">{text.text}</p>
        </div>
      )}
    </section>
  );
}
