/** How the slide is shown; its pixels stay what they are. 1 leaves each as it is. */
export interface Appearance {
  readonly brightness: number;
  readonly contrast: number;
  /** Above 1 lightens the mid-tones, below 1 darkens them. */
  readonly gamma: number;
}

export const PLAIN: Appearance = { brightness: 1, contrast: 1, gamma: 1 };

export const LIMITS: Record<keyof Appearance, readonly [number, number]> = {
  brightness: [0.5, 1.5],
  contrast: [0.5, 2],
  gamma: [0.4, 2.5],
};

export function isPlain(appearance: Appearance): boolean {
  return appearance.brightness === 1 && appearance.contrast === 1 && appearance.gamma === 1;
}

/** It as a CSS filter; gamma is the SVG filter of this id. */
export function filterOf(appearance: Appearance, gammaId: string): string {
  const parts = [
    appearance.gamma === 1 ? "" : `url(#${gammaId})`,
    appearance.brightness === 1 ? "" : `brightness(${appearance.brightness})`,
    appearance.contrast === 1 ? "" : `contrast(${appearance.contrast})`,
  ];
  return parts.filter(Boolean).join(" ");
}
