/**
 * The keys of an English catalogue with Chinese words to them: one too few or too many does not compile.
 *
 * Chinese has one plural form, so what English says as `_one` and `_other` is `_other` alone.
 */
export type Translation<Catalogue> = {
  readonly [Key in keyof Catalogue as Key extends `${string}_one` ? never : Key]: Catalogue[Key] extends string
    ? string
    : Translation<Catalogue[Key]>;
};
