import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Forbid imports that climb the layers: pages → features → api · ui · lib. Inside a folder imports are relative. */
function layer(files, forbidden, message) {
  const patterns = [{ group: forbidden, message }, { group: ["../../*"], message: "Write @/… for another folder." }];
  return { files, rules: { "no-restricted-imports": ["error", { patterns }] } };
}

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts"] },
  ...tseslint.configs.recommended,
  hooks.configs.flat.recommended,
  layer(["src/pages/**"], ["@/app/*"], "Pages do not know the app."),
  layer(
    ["src/features/**"],
    ["@/app/*", "@/pages/*", "@/features/*"],
    "A feature knows api, ui and lib; pages join features.",
  ),
  layer(["src/ui/**"], ["@/app/*", "@/pages/*", "@/features/*", "@/api/*"], "ui knows only lib."),
  layer(["src/api/**", "src/lib/**"], ["@/app/*", "@/pages/*", "@/features/*", "@/ui/*"], "The lowest layer."),
);
