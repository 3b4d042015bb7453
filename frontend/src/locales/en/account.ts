/** Signing in and out, and the reader's own settings. */
export const account = {
  slogan: "Labial salivary gland slides, from upload to a reviewed focus score",
  signInTitle: "Sign in · FocusScope",
  userName: "User name",
  password: "Password",
  showPassword: "Show or hide the password",
  signIn: "Sign in",
  signOut: "Sign out",
  accountOf: "Account of {{name}}",
  signedInAs: "Signed in as {{username}} · {{software}}",
  ended: "Your session has ended",
  signInAgain: "Sign in again to go on. Nothing on this page is lost.",
  someoneElse: "Sign in as someone else",
  language: "Language",
  appearance: "Appearance",
  schemes: { light: "Light", dark: "Dark", auto: "System" },
} as const;
