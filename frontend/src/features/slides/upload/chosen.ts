/** A file that was chosen or dropped, with its path below what was chosen. */
export interface Chosen {
  readonly file: File;
  readonly path: string;
}

/** What somebody would call these files: by the one that the others belong to, by their folder, or by the only one. */
export function nameOf(chosen: readonly Chosen[]): string {
  const [first] = chosen;
  if (!first) return "";
  const folder = first.path.split("/").slice(0, -1).pop();
  const isIndex = /\.(mrxs|vms|vmu)$/i.test(first.file.name);
  return chosen.length > 1 && folder && !isIndex ? folder : first.file.name;
}

/** Files from a file dialog; those of a folder carry their path in it. */
export function chosenFiles(files: Iterable<File>): Chosen[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** All files that were dropped, also those in dropped folders. To be called while the drop is handled. */
export async function droppedFiles(transfer: DataTransfer | null): Promise<Chosen[]> {
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter((one) => one != null);
  if (entries.length === 0) return chosenFiles(transfer?.files ?? []);
  return (await Promise.all(entries.map(filesBelow))).flat();
}

async function filesBelow(entry: FileSystemEntry): Promise<Chosen[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const below = await entriesOf(entry as FileSystemDirectoryEntry);
  return (await Promise.all(below.map(filesBelow))).flat();
}

/** What lies in a folder; a browser tells it in portions, and an empty one ends it. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** Ask for files, or for a folder, in the browser's own dialog. */
export function askForFiles({ folder }: { folder: boolean }, take: (chosen: Chosen[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = folder;
  input.addEventListener("change", () => take(chosenFiles(input.files ?? [])));
  input.click();
}
