import a11y from "eslint-plugin-jsx-a11y-x";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Forbid imports that climb the layers: pages → features → api · ui · lib. Inside a folder imports are relative. */
function layer(files, forbidden, message) {
  const patterns = [{ group: forbidden, message }, { group: ["../../*"], message: "Write @/… for another folder." }];
  return { files, rules: { "no-restricted-imports": ["error", { patterns }] } };
}

const ATTRIBUTE = "JSXAttribute[name.name=/^(aria-label|alt|label|placeholder|sentence|title)$/]";
const SHOWN = `:matches(${ATTRIBUTE}, JSXElement) > JSXExpressionContainer`;
const CHOSEN = `${SHOWN} > :matches(ConditionalExpression, LogicalExpression)`;

/** Forbid words that stand in a component: readers see what the catalogues in src/locales say. */
const WORDS = [
  "JSXText[value=/[A-Za-z\\u4e00-\\u9fff]/]",
  `:matches(${ATTRIBUTE}, ${SHOWN}) > Literal[value=/[A-Za-z]/]`,
  `${CHOSEN} > Literal[value=/[A-Za-z]/]`,
  `:matches(${SHOWN}, ${CHOSEN}) > TemplateLiteral > TemplateElement[value.raw=/[A-Za-z]{2}/]`,
].map((selector) => ({ selector, message: "Take the words from a catalogue in src/locales, by useTranslation." }));

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts"] },
  ...tseslint.configs.recommended,
  hooks.configs.flat.recommended,
  a11y.configs.recommended,
  { files: ["src/**/*.tsx"], rules: { "no-restricted-syntax": ["error", ...WORDS] } },
  layer(["src/pages/**"], ["@/app/*"], "Pages do not know the app."),
  layer(
    ["src/features/**"],
    ["@/app/*", "@/pages/*", "@/features/*"],
    "A feature knows api, ui and lib; pages join features.",
  ),
  layer(["src/ui/**"], ["@/app/*", "@/pages/*", "@/features/*", "@/api/*"], "ui knows only lib."),
  layer(["src/api/**", "src/lib/**"], ["@/app/*", "@/pages/*", "@/features/*", "@/ui/*"], "The lowest layer."),
);
