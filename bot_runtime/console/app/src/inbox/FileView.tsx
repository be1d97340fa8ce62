import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { fileUrl, type LineFile } from "./api";

const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/** What the contact sent: a picture or a recording in place, anything else as a link that opens it. */
export function FileView({ ticket, file }: { ticket: string; file: LineFile }): JSX.Element {
  const missing = useSignal(false);
  const url = fileUrl(ticket, file);
  const mime = file.mime.split(";")[0] ?? "";
  const name = file.name || t("file_sent");
  const miss = (): void => void (missing.value = true);
  if (missing.value) {
    return (
      <a class="line-file" href={url} target="_blank" rel="noreferrer">
        <Icon name="warning" size={16} /> {t("file_missing", { name })}
      </a>
    );
  }
  if (mime.startsWith("audio/")) return <audio class="line-file" controls preload="none" src={url} onError={miss} />;
  if (mime.startsWith("video/")) return <video class="line-file" controls preload="none" src={url} onError={miss} />;
  return (
    <a class="line-file" href={url} target="_blank" rel="noreferrer">
      {PICTURES.includes(mime) ? <img src={url} alt={name} loading="lazy" onError={miss} /> : <><Icon name="download" size={16} /> {name}</>}
    </a>
  );
}
