import type { JSX } from "preact";
import { Bubble } from "../../parts/Bubble";
import { now } from "../../parts/clock";
import { Icon } from "../../parts/Icon";
import { MarkedText } from "../../parts/Marks";
import type { Preview, Template } from "../api";
import { channelOf } from "../desk";
import { w } from "../words";
import { draft } from "./draft";

interface Shown {
  kind: string;
  header: { text?: string; image?: string } | null;
  text: string;
  footer: string | null;
  buttons: { text: string; url?: string | null }[];
}

/** A template with its parameters by name. */
export function MessagePreview({ template }: { template: Template }): JSX.Element {
  const { header, body } = namedTexts(template);
  return <Message kind={template.channel_kind} header={header} text={body} footer={template.footer} buttons={template.buttons} />;
}

/** Header and body with the names of the data in the places of their numbers, which count on from one to the other. */
export function namedTexts({ header, body, parameters }: Template): Pick<Template, "header" | "body"> {
  let at = 0;
  const fill = (text: string): string => text.replace(/\{\{\s*[\w.]+\s*\}\}/g, () => `[${parameters[at++] ?? "…"}]`);
  return { header: header && { ...header, text: header.text && fill(header.text) }, body: fill(body) };
}

/** The message as one row gets it. */
export function RowPreview({ preview, kind }: { preview: Preview; kind: string }): JSX.Element {
  return <Message kind={kind} header={preview.header} text={preview.text} footer={preview.footer} buttons={preview.buttons} />;
}

function Message({ kind, header, text, footer, buttons }: Shown): JSX.Element {
  const { title } = channelOf(draft.value.channel);
  return (
    <div class={`preview device--${kind}`}>
      <div class="screen preview-screen">
        <div class="preview-top" aria-hidden="true">
          <span class="avatar">{(title || "·").charAt(0).toUpperCase()}</span>
          <b>{title}</b>
        </div>
        <div class="wall">
          <div class="log">
            <Bubble
              side="in"
              tail
              at={new Date(now.value).toISOString()}
              speaker={title}
              below={
                buttons?.length > 0 && (
                  <ul class="choices" aria-label={w("buttons")}>
                    {buttons.map(({ text: label, url }) => (
                      <li key={label} class="choice">
                        <Icon name={url ? "link" : "reply"} size={15} />
                        {label}
                      </li>
                    ))}
                  </ul>
                )
              }
            >
              {header?.image && (
                <span class="preview-image">
                  <Icon name="image" size={30} />
                  <small>{header.image.split(/[?#]/)[0]?.split("/").pop()}</small>
                </span>
              )}
              {header?.text && <b class="bubble-header">{header.text}</b>}
              <span class="bubble-text">
                <MarkedText text={text} />
              </span>
              {footer && <span class="bubble-footer">{footer}</span>}
            </Bubble>
          </div>
        </div>
      </div>
    </div>
  );
}
