// Answers on this device that have not reached the server. Schools share devices: each record lies
// there as ciphertext, under the key that the page handed its reader, in a drawer whose name says
// nothing. Without the means for that (a plain http address, a full disk) they stay in memory.
const NAME = "answers";
const SHELF = "kept";

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const opened = () => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    const shelf = request.result.createObjectStore(SHELF, { keyPath: "id", autoIncrement: true });
    shelf.createIndex("drawer", "drawer");
  };
  return asked(request);
};

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const additional = (drawer) => new TextEncoder().encode(drawer);
const inMemory = () => {
  const records = new Map();
  let last = 0; // ids below zero, so that none is taken for one on the shelf
  return {
    isLasting: false,
    all: async () => [...records.values()],
    put: async (record) => {
      if (!records.has(record.id)) record.id = --last;
      records.set(record.id, { ...record });
    },
    remove: async (record) => {
      if (records.get(record.id)?.save === record.save) records.delete(record.id);
    },
  };
};

// `drawers` is "name:key name:key …", the first of them the one in use.
export const openStore = async (drawers) => {
  try {
    if (!crypto.subtle) return inMemory();
    const database = await opened();
    const shelf = (mode) => database.transaction(SHELF, mode).objectStore(SHELF);
    const keys = new Map();
    for (const each of drawers.trim().split(/\s+/)) {
      const [name, key] = each.split(":");
      keys.set(name, await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]));
    }
    const [current] = keys.keys();

    const locked = async (record) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(record));
      const how = { name: "AES-GCM", iv, additionalData: additional(current) };
      const data = await crypto.subtle.encrypt(how, keys.get(current), plain);
      return { drawer: current, save: record.save, iv, data };
    };
    const unlocked = async ({ id, drawer, iv, data }) => {
      try {
        const how = { name: "AES-GCM", iv, additionalData: additional(drawer) };
        const plain = await crypto.subtle.decrypt(how, keys.get(drawer), data);
        return { ...JSON.parse(new TextDecoder().decode(plain)), id };
      } catch {
        return null; // not written by us: nobody's answer
      }
    };
    const spare = inMemory();
    const store = {
      isLasting: true,
      // In the order in which they were first given.
      all: async () => {
        const found = [];
        for (const name of keys.keys()) found.push(...(await asked(shelf("readonly").index("drawer").getAll(name))));
        const records = await Promise.all(found.sort((a, b) => a.id - b.id).map(unlocked));
        return [...records.filter(Boolean), ...(await spare.all())];
      },
      // Gives the record its id; one that has an id takes its own earlier place.
      put: async (record) => {
        try {
          const row = await locked(record);
          if (record.id > 0) row.id = record.id;
          record.id = await asked(shelf("readwrite").put(row));
        } catch {
          store.isLasting = false;
          await spare.put(record);
        }
      },
      // Not if it was written over since: the later answer is still owed.
      remove: async (record) => {
        if (record.id < 0) return spare.remove(record);
        const rows = shelf("readwrite");
        const row = await asked(rows.get(record.id));
        if (row?.save === record.save) await asked(rows.delete(record.id));
      },
    };
    return store;
  } catch {
    return inMemory();
  }
};
