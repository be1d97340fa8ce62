/** Drawings that stand for what a contact would send, and for pictures that are somewhere on the web. */
import type { JSX } from "preact";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";

export function Picture({ label }: { label: string }): JSX.Element {
  return (
    <svg class="picture" viewBox="0 0 240 150" role="img" aria-label={label}>
      <rect class="sky" width="240" height="150" />
      <circle class="sun" cx="182" cy="42" r="19" />
      <path class="far" d="M0 108l58-52 42 38 34-28 62 54 44-26v56H0z" />
      <path class="near" d="M0 126l46-26 52 30 58-36 84 40v16H0z" />
    </svg>
  );
}

export function Sticker(): JSX.Element {
  return (
    <svg class="sticker" viewBox="0 0 120 120" role="img" aria-label={t("sticker")}>
      <path class="outline" d="M60 8c31 0 52 20 52 50S92 112 60 112 8 90 8 58 29 8 60 8z" />
      <path class="body" d="M60 15c27 0 45 17 45 43s-17 47-45 47-45-20-45-47 18-43 45-43z" />
      <circle class="cheek" cx="34" cy="67" r="8" />
      <circle class="cheek" cx="86" cy="67" r="8" />
      <path class="line" d="M36 52q6-9 12 0M72 52q6-9 12 0M44 68q16 19 32 0" />
      <path class="heart" d="M91 22c4-8 15-6 15 2 0 7-9 11-14 17-6-5-16-8-16-16 0-8 11-10 15-3z" />
    </svg>
  );
}

const BARS = [5, 9, 14, 8, 17, 12, 20, 10, 6, 15, 19, 11, 7, 13, 18, 9, 5, 11, 16, 8, 12, 6, 9, 4];

export function Voice(): JSX.Element {
  return (
    <span class="voice" role="img" aria-label={t("audio")}>
      <Icon name="play" size={24} />
      <svg viewBox="0 0 144 24" width="144" height="24" aria-hidden="true">
        {BARS.map((tall, at) => (
          <rect key={at} x={at * 6} y={12 - tall / 2} width="3" height={tall} rx="1.500" />
        ))}
      </svg>
      <span class="voice-length">0:07</span>
    </span>
  );
}

export function Paper({ filename }: { filename: string }): JSX.Element {
  const kind = filename.includes(".") ? (filename.split(".").pop() ?? "").slice(0, 4).toUpperCase() : "";
  return (
    <span class="paper">
      <span class="paper-icon">
        <Icon name="document" size={26} />
      </span>
      <span class="paper-text">
        <b>{filename}</b>
        <small>{kind || t("document")}</small>
      </span>
    </span>
  );
}

export function MapPiece({ label }: { label: string }): JSX.Element {
  return (
    <svg class="map" viewBox="0 0 240 130" role="img" aria-label={label}>
      <rect class="ground" width="240" height="130" />
      <path class="park" d="M150 0h60l-14 44-58-8z" />
      <path class="river" d="M-5 92c50-18 70 22 120 8s70-40 130-30v26c-58-8-80 18-128 30s-70-24-122-6z" />
      <path class="street" d="M-5 52L245 30M60-5l22 140M166-5l-26 140M-5 24l250 64" />
      <path class="pin" d="M120 76c-13-15-18-24-18-32a18 18 0 0 1 36 0c0 8-5 17-18 32z" />
      <circle class="hole" cx="120" cy="44" r="6.500" />
    </svg>
  );
}

export function Film({ label }: { label: string }): JSX.Element {
  return (
    <span class="film">
      <Picture label={label} />
      <span class="film-play">
        <Icon name="play" size={26} />
      </span>
    </span>
  );
}
