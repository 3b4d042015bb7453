import type { account as en } from "../en/account";
import type { Translation } from "../shape";

export const account: Translation<typeof en> = {
  slogan: "唇腺活检切片：从上传到经复核的灶性指数",
  signInTitle: "登录 · FocusScope",
  userName: "用户名",
  password: "密码",
  showPassword: "显示或隐藏密码",
  signIn: "登录",
  signOut: "退出登录",
  accountOf: "{{name}} 的账户",
  signedInAs: "当前用户：{{username}} · {{software}}",
  ended: "登录已失效",
  signInAgain: "请重新登录后继续。此页面上的内容不会丢失。",
  someoneElse: "以其他用户身份登录",
  language: "语言",
  appearance: "外观",
  schemes: { light: "浅色", dark: "深色", auto: "跟随系统" },
};
