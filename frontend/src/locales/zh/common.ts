import type { common as en } from "../en/common";
import type { Translation } from "../shape";

export const common: Translation<typeof en> = {
  researchUse: "仅供研究使用，不得用于诊断程序。",
  home: "FocusScope，返回工作列表",
  loading: "正在加载",
  tryAgain: "重试",
  keepIt: "保留",
  save: "保存",
  close: "关闭",
  notStarted: "FocusScope 未能启动",
  unreachable: "无法连接服务器，正在重试",
  noSuchPage: "此地址没有对应的页面",
  toWorklist: "返回工作列表",
  justNow: "刚刚",
  percent: "{{value}}%",
  seconds: "{{seconds}} 秒",
  minutes: "{{minutes}} 分 {{seconds}} 秒",
  errors: {
    unreachable: "无法连接服务器。请检查网络连接；屏幕上的内容不会丢失。",
    signIn: "请重新登录。",
    tooLarge: "文件超过了服务器允许的大小。",
    restarting: "服务器正在重启，请稍后重试。",
    notReady: "服务器尚未就绪，请稍后重试。",
    unexpected: "服务器返回了意外错误（{{status}}）。",
    onPage: "此页面出现错误，请刷新后重试。",
  },
  stages: {
    tissue: "识别组织",
    roi: "识别腺体",
    stain: "测定染色",
    segmentation: "分割淋巴细胞浸润",
    lesions: "勾画病灶",
    lymphocytes: "淋巴细胞计数",
    attention: "生成注意力图",
  },
  synthetic: "合成切片",
};
