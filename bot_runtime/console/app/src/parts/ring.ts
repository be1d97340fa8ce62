/** How the reader is told of something while looking elsewhere: a short sound, a notice of the desktop. */
import { signal } from "@preact/signals";

const SILENT_KEPT = "bot-runtime.silent";
const NOTICES_KEPT = "bot-runtime.desktop-notices";
const TUNES = { queue: [660, 880], message: [880] } as const;
const NOTE_S = 0.14;
const LOUDNESS = 0.12;

export type Tune = keyof typeof TUNES;

export const sound = signal(localStorage.getItem(SILENT_KEPT) === null);
export const desktopNotices = signal(localStorage.getItem(NOTICES_KEPT) !== null && permission() === "granted");

// Browsers let a page sound only after its reader touched it.
let player: AudioContext | null = null;
const allowSound = (): void => {
  player ??= new AudioContext();
};
for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, allowSound, { once: true, capture: true });

export function switchSound(): void {
  sound.value = !sound.value;
  if (sound.value) localStorage.removeItem(SILENT_KEPT);
  else localStorage.setItem(SILENT_KEPT, "1");
  play("message");
}

/** False: the browser does not allow them. */
export async function switchDesktopNotices(): Promise<boolean> {
  const wanted = !desktopNotices.value;
  const allowed = !wanted || (permission() !== null && (await Notification.requestPermission()) === "granted");
  desktopNotices.value = wanted && allowed;
  if (desktopNotices.value) localStorage.setItem(NOTICES_KEPT, "1");
  else localStorage.removeItem(NOTICES_KEPT);
  return allowed;
}

export function play(tune: Tune): void {
  if (!sound.value || !player) return;
  const end = player.currentTime;
  TUNES[tune].forEach((pitch, place) => note(player as AudioContext, pitch, end + place * NOTE_S));
}

/** A notice of the desktop, when they are on and the page is out of sight; `onOpen` is called when it is clicked. */
export function tellDesktop(title: string, body: string, tag: string, onOpen: () => void): void {
  if (!desktopNotices.value || document.visibilityState === "visible") return;
  const shown = new Notification(title, { body, tag, icon: "/console/favicon.svg" });
  shown.onclick = () => {
    window.focus();
    onOpen();
    shown.close();
  };
}

function note(context: AudioContext, pitch: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S * 1.8);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S * 2);
}

function permission(): NotificationPermission | null {
  return "Notification" in globalThis ? Notification.permission : null;
}
