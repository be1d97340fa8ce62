import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../parts/Icon";
import { notify } from "../../parts/Notices";
import { api, type Column, files, type Problems } from "../api";
import { ProblemTable } from "../ProblemTable";
import { number, sentenceCase, w, wn } from "../words";
import { SkipWrong } from "../SkipWrong";
import { accept, accepted, change, checkAndTell, draft, listName, MOST_BYTES, refused, stale, template, uploading } from "./draft";
import { allMetadata, holding, offered } from "./links";
import { type StepProps, Trouble } from "./Trouble";
import { Unlinked } from "./Unlinked";

/** The list: a sample to fill in, the file, what is wrong with it, and what its other columns are for. */
export function StepList({ wrong }: StepProps): JSX.Element {
  const { file, allowRepeats } = draft.value;
  const over = useSignal(false);
  const refusal = useSignal("");
  const box = useRef<HTMLInputElement>(null);

  const take = (chosen: FileList | null | undefined): void => {
    over.value = false;
    refusal.value = "";
    if (!chosen?.length) return;
    const [only] = chosen;
    if (chosen.length > 1) refusal.value = w("one_file");
    else if (only && !/\.(xlsx|csv)$/i.test(only.name)) refusal.value = w("wrong_kind", { name: only.name });
    else if (only && only.size > MOST_BYTES) refusal.value = w("too_big", { most: 20 });
    if (refusal.value || !only) return;
    change({ file: only });
    recheck();
  };
  const name = listName();
  const recheck = (): void => void checkAndTell();
  return (
    <>
      <Sample />
      <div>
        <label
          class={over.value ? "drop drop--over" : name ? "drop drop--full" : "drop"}
          onDragOver={(event) => {
            event.preventDefault();
            over.value = true;
          }}
          onDragLeave={() => (over.value = false)}
          onDrop={(event) => {
            event.preventDefault();
            take(event.dataTransfer?.files);
          }}
        >
          <Icon name={name ? "document" : "upload"} size={name ? 24 : 30} />
          <span class="drop-text">
            {name ? (
              <>
                <b>{name}</b>
                <small>{file ? size(file.size) : w("list_stays")}</small>
              </>
            ) : (
              <>
                <b>{w("drop_list")}</b>
                <small>{w("drop_kinds")}</small>
              </>
            )}
          </span>
          <span class="drop-button" aria-hidden="true">
            {w(name ? "other_file" : "choose_file")}
          </span>
          <input
            ref={box}
            type="file"
            class="unseen"
            accept=".xlsx,.csv"
            aria-label={w(name ? "other_file" : "choose_file")}
            aria-invalid={wrong.file || refusal.value ? "true" : undefined}
            onChange={(event) => {
              take(event.currentTarget.files);
              event.currentTarget.value = ""; // the same file again is a choice too: it may have been mended
            }}
          />
        </label>
        {uploading.value !== null && <Upload part={uploading.value} />}
        {refusal.value ? (
          <p class="field-trouble" role="alert">
            {refusal.value}
          </p>
        ) : (
          <Trouble say={name ? undefined : wrong.file} />
        )}
      </div>
      <label class="tick tick--form">
        <input type="checkbox" checked={allowRepeats} onChange={(event) => change({ allowRepeats: event.currentTarget.checked })} />
        <span>
          {w("allow_repeats")}
          <small>{w("allow_repeats_hint")}</small>
        </span>
      </label>
      {uploading.value === null && name && <Verdict onAgain={recheck} />}
    </>
  );
}

function Sample(): JSX.Element | null {
  const chosen = template.value;
  if (!chosen) return null;
  return (
    <div class="sample">
      <div>
        <p>{w("sample_columns")}</p>
        <p class="sample-columns">
          {[w("phone"), ...chosen.parameters].map((name, at) => (
            <span key={at} class={at ? "tag tag--parameter" : "tag"}>
              {name}
            </span>
          ))}
        </p>
      </div>
      <p class="sample-files">
        {(["xlsx", "csv"] as const).map((format) => (
          <a key={format} class="button" href={files.sample(chosen, draft.value.channel, format)} download>
            <Icon name="download" size={18} />
            {w("sample_file", { format: `.${format}` })}
          </a>
        ))}
      </p>
    </div>
  );
}

function Upload({ part }: { part: number }): JSX.Element {
  const whole = part >= 1;
  return (
    <div class="upload">
      <p role="status">{whole ? w("checking") : w("uploading", { part: Math.floor(part * 100) })}</p>
      <div class={whole ? "slim slim--sending slim--moving" : "slim slim--sending"} role="progressbar" aria-label={w("upload")} aria-valuemin={0} aria-valuemax={100} aria-valuenow={whole ? undefined : Math.floor(part * 100)}>
        <span style={{ width: whole ? "100%" : `${part * 100}%` }} />
      </div>
    </div>
  );
}

/** What the server said of the list. */
function Verdict({ onAgain }: { onAgain: () => void }): JSX.Element | null {
  const found = useSignal<Problems | null>(null);
  const made = accepted.value;
  const invalid = made?.state === "invalid" ? made : null;
  useEffect(() => {
    found.value = null;
    if (invalid) void api.problems(invalid.id).then((problems) => (found.value = problems), (error: Error) => notify("error", error.message));
  }, [invalid?.id]);
  if (stale.value)
    return made || refused.value ? (
      <>
        <p class="callout" role="status">
          <Icon name="info" size={18} />
          <span>{w("changed_since")}</span>
          <button type="button" class="button button--quiet" onClick={onAgain}>
            {w("check_list")}
          </button>
        </p>
        {made?.template === draft.value.template && <Links columns={refused.value?.columns ?? made.columns ?? []} />}
      </>
    ) : null;
  if (refused.value)
    return (
      <>
        <ProblemTable
          title={w("refused_title")}
          text={stopsAtFirst(refused.value.found) ? sentenceCase(refused.value.message) : w("refused_text")}
          problems={refused.value.found}
        />
        <Links columns={refused.value.columns} />
      </>
    );
  if (invalid)
    return (
      found.value && (
        <ProblemTable title={w("invalid_title")} text={w("invalid_text")} problems={found.value}>
          <SkipWrong campaign={invalid} onDone={accept} />
        </ProblemTable>
      )
    );
  if (!made) return null;
  return (
    <>
      <p class="callout callout--good" role="status">
        <Icon name="check" size={18} />
        <span>
          <b>{w("accepted_title")}</b> {wn("accepted_text", made.contacts)}
        </span>
      </p>
      <Links columns={made.columns ?? []} />
    </>
  );
}

/** A cell that does not fit its datum stops the form: the first is named, and its column is to be looked at whole (D30). */
function stopsAtFirst({ problems: [first] }: Problems): boolean {
  return !first || ["not_yes_no", "line_break", "text_too_long"].includes(first.code);
}

/** The columns nothing else uses, each with the datum of the ticket it fills. */
function Links({ columns }: { columns: Column[] }): JSX.Element | null {
  const { department, links } = draft.value;
  const variables = columns.filter(({ use }) => use === "variable");
  const offer = offered(allMetadata.value, department);
  const keys = offer.map(({ key }) => key);
  if (!variables.length || !offer.length) return <Unlinked />;
  const standing = holding(links, allMetadata.value, department);
  const linkOf = ({ header, metadata }: Column): string => {
    const key = (header in standing ? standing[header] : metadata) ?? "";
    return keys.includes(key) ? key : "";
  };
  const taken = variables.map(linkOf);
  return (
    <fieldset class="links">
      <legend>{w("links_legend")}</legend>
      <p class="field-hint">{w("links_hint")}</p>
      <Unlinked />
      <ul>
        {variables.map((column) => (
          <li key={column.column}>
            <select
              aria-label={w("link_of", { column: column.header })}
              value={linkOf(column)}
              onChange={(event) => change({ links: { ...links, [column.header]: event.currentTarget.value || null } })}
            >
              <option value="">{w("link_none")}</option>
              {offer.map(({ key, name, type }) => (
                <option key={key} value={key} disabled={taken.includes(key) && linkOf(column) !== key}>
                  {name} ({w(`type_${type}`)})
                </option>
              ))}
            </select>
            <Icon name="back" size={16} />
            <span class="tag">
              {column.column} · {column.header}
            </span>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${number(Math.max(1, Math.round(bytes / 1024)))} KB` : `${number(Math.round(bytes / 104_857.6) / 10)} MB`;
}
