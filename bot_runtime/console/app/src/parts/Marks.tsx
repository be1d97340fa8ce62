import type { JSX } from "preact";
import { type Mark, readMarks } from "./marks";

/** A message's text with its marks, as text nodes: nothing in it is ever read as HTML. */
export function MarkedText({ text }: { text: string }): JSX.Element {
  return <>{readMarks(text).map(draw)}</>;
}

function draw(mark: Mark, key: number): JSX.Element | string {
  switch (mark.kind) {
    case "text":
      return mark.text;
    case "bold":
      return <strong key={key}>{mark.inside.map(draw)}</strong>;
    case "italic":
      return <em key={key}>{mark.inside.map(draw)}</em>;
    case "struck":
      return <s key={key}>{mark.inside.map(draw)}</s>;
    case "code":
      return <code key={key}>{mark.text}</code>;
    case "block":
      return (
        <code key={key} class="block">
          {mark.text}
        </code>
      );
    case "link":
      return (
        <a key={key} href={mark.text} target="_blank" rel="noopener noreferrer">
          {mark.text}
        </a>
      );
  }
}
