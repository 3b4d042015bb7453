import type { viewer as en } from "../en/viewer";
import type { Translation } from "../shape";

export const viewer: Translation<typeof en> = {
  viewer: "阅片工具",
  slide: "切片",
  zoomOut: "缩小",
  zoomIn: "放大",
  fit: "显示整张切片",
  fullScreen: "全屏",
  lesionOutlines: "病灶轮廓",
  glandOutlines: "腺体轮廓",
  magnification: "放大倍数",
  magnificationOf: "放大倍数 {{times}}×",
  scaleBarOf: "比例尺 {{length}}",
  noScale: "无比例尺：像素尺寸未知",
  overlays: "叠加图层",
  opacityOf: "不透明度：{{title}}",
  noMaps: "此次分析未保存叠加图层。重新分析切片后即可查看。",
  legendOf: "图例：{{title}}",
  aboutLesionsOnly: "仅显示候选病灶周围的区域。",
  maps: {
    probability: "病灶概率",
    roi: "ROI 分类",
    attention: "融合模块 {{block}} 的注意力",
  },
  regions: { gland: "腺体", other: "其他组织", artefact: "人工假象" },
};
