import type { blind as en } from "../en/blind";
import type { Translation } from "../shape";

export const blind: Translation<typeof en> = {
  withheld: "暂不显示建议",
  shownOnceSigned: "此病例的阅片者须在查看建议之前独立阅片。复核签署后，您即可看到建议。",
  title: "请先独立判读",
  why: "请先阅片并记录您的所见，之后才显示候选病灶及其指数，以免影响您的判断。",
  estimate: "估计的灶性指数",
  perArea: "每 4 mm² 腺体组织的灶数",
  cannotSay: "无法判断",
  show: "显示候选病灶",
  once: "您的判读连同时间一并保存，并列入报告；只记录一次。",
};
