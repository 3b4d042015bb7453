const REMEMBERED_AS = "focusscope-uploads";

/** What this browser calls its unfinished uploads: names of files may name patients, so the server does not keep them. */
function remembered(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED_AS) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

function store(names: Record<string, string>): void {
  if (Object.keys(names).length === 0) localStorage.removeItem(REMEMBERED_AS);
  else localStorage.setItem(REMEMBERED_AS, JSON.stringify(names));
}

export function rememberName(id: string, name: string): void {
  store({ ...remembered(), [id]: name });
}

export function forgetName(id: string): void {
  store(Object.fromEntries(Object.entries(remembered()).filter(([one]) => one !== id)));
}

export function nameOfUpload(id: string): string | undefined {
  return remembered()[id];
}

/** Forget all names but those of these uploads, as when others have expired, or were someone else's. */
export function keepNamesOf(ids: readonly string[]): void {
  store(Object.fromEntries(Object.entries(remembered()).filter(([id]) => ids.includes(id))));
}
