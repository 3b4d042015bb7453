import type { agreement as en } from "../en/agreement";
import type { Translation } from "../shape";

export const agreement: Translation<typeof en> = {
  menu: "我的一致性",
  pageTitle: "我的一致性 · FocusScope",
  title: "我的一致性",
  about: "您在显示候选病灶之前的独立估计，与最终签署的灶性指数之比较。此页面仅您本人可见。",
  notLoaded: "无法加载您的判读",
  loading: "正在加载您的判读",
  noneYet: "尚无可比较的内容",
  howToBegin: "您在显示候选病灶之前判读、且其复核已签署的切片会列于此处。",
  pairs: "两项指数齐全的切片",
  pairsOf: "{{slides}} 张中有 {{pairs}} 张",
  mean: "平均差值",
  limits: "95% 一致性界限",
  limitsOf: "{{low}} 至 {{high}}",
  icc: "ICC（绝对一致性）",
  tooFew: "（至少需要三张互不相同的切片）",
  plotOf: "{{count}} 张切片的估计值减签署值，按判读顺序排列",
  meanOf: "均值 {{value}}",
  slides: "独立判读的切片",
  couldNotSay: "无法判断",
  columns: {
    slide: "切片",
    read: "判读日期",
    estimated: "估计值",
    signed: "签署值",
    difference: "差值",
    ownPattern: "本人判读的类型",
    signedPattern: "签署的类型",
  },
};
