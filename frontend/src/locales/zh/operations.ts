import type { operations as en } from "../en/operations";
import type { Translation } from "../shape";

export const operations: Translation<typeof en> = {
  menu: "系统状态",
  pageTitle: "系统状态 · FocusScope",
  title: "系统运行状态",
  notLoaded: "无法加载系统状态",
  loading: "正在加载系统状态",
  queues: "等待中的消息",
  waiting: "{{name}}：{{length}}",
  brokerAway: "{{name}}：消息队列没有响应",
  oldestWait: "分析最长等待时间",
  seconds: "{{value}} 秒",
  analyses: "分析",
  analysesOf:
    "{{queued}} 个等待，{{running}} 个运行中，{{succeeded}} 个成功，{{failed}} 个失败，{{cancelled}} 个已取消",
  slides: "切片",
  slidesOf: "{{inspecting}} 张检查中，{{ready}} 张可用，{{rejected}} 张被拒绝",
  tiles: "启动以来的图块",
  tilesOf: "半数在 {{median}} 毫秒内，95 % 在 {{p95}} 毫秒内",
  noTilesYet: "尚无请求",
  disk: "磁盘",
  diskOf: "剩余 {{free}}，共 {{all}}",
  diskUsed: "磁盘已使用 {{share}}",
  workers: "在线的工作进程",
  noWorkers: "没有在线的工作进程：上传的切片不会被检查，分析也不会运行。请启动一个。",
  idle: "等待中",
  gpuOf: "{{name}}，忙碌 {{busy}}，{{used}} / {{all}}",
  columns: { host: "主机与进程", queues: "队列", started: "启动时间", doing: "正在处理", gpu: "GPU" },
};
