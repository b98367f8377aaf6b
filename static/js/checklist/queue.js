// The way of an answer: onto the device first, then to the server, one at a time and in order.
// What comes of each is told to `hear(record, outcome)`, in every tab of this person.
const PATIENCE_MS = 10_000;
const AGAIN_MS = 5_000;
const LEAVING_MS = 10_000;
const FORGONE = "This checklist is not yours to fill in any more.";
const STRANGE = "The server does not take it as it is.";

export const newName = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

// After a sign-in in another tab the token in this page is an old one; the cookie has the new one.
const token = () => document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";

const bodyOf = (record, drawer) => {
  const { item, value, note, base, save, after } = record;
  return new URLSearchParams({
    [`value-${item}`]: value,
    [`note-${item}`]: note,
    [`base-${item}`]: base,
    [`save-${item}`]: save,
    [`after-${item}`]: after.join(","),
    drawer,
  });
};

// An outcome: `is` saved, clash, shut or refused once the server has judged the answer; offline,
// signed-out or failed while it has not.
const judged = async (answer) => {
  const { status } = answer;
  if (answer.type === "opaqueredirect" || status === 403) return { is: "signed-out" };
  if (status === 404 || status === 410) return { is: "shut", why: FORGONE };
  if (answer.ok) return { is: "saved", ...(await answer.json()) };
  if (status === 409 || status === 422) {
    const { clash, shut, refusal } = await answer.json();
    if (clash) return { is: "clash", there: clash };
    return shut ? { is: "shut", why: shut } : { is: "refused", why: refusal };
  }
  if (status === 429 || status >= 500) return { is: "failed" };
  return { is: "refused", why: STRANGE };
};
const WAITS = ["offline", "signed-out", "failed"];

export const openQueue = (store, drawer, hear) => {
  const held = new Set(); // saves that the server has judged, and a person has not yet
  const others = "BroadcastChannel" in window ? new BroadcastChannel(drawer) : null;
  let writing = Promise.resolve();
  let writes = 0;
  let sending = null;
  let isAsked = false;
  let leftAt = -LEAVING_MS;

  // The page that is asked for now may be drawn before the server has the answer on its way. The
  // device keeps that answer then, and the next page gives it again under the name it has.
  window.addEventListener("beforeunload", () => {
    leftAt = performance.now();
  });
  const isLeaving = () => performance.now() - leftAt < LEAVING_MS;

  const tell = async (record, outcome) => {
    const { form, item, save } = record;
    others?.postMessage([{ form, item, save }, outcome]);
    await hear(record, outcome);
  };
  others?.addEventListener("message", ({ data: [record, outcome] }) => {
    if (!WAITS.includes(outcome.is) && outcome.is !== "saved") held.add(record.save);
    hear(record, outcome);
  });

  const deliver = async (record) => {
    try {
      const answer = await fetch(record.url, {
        method: "POST",
        body: bodyOf(record, drawer),
        headers: { Accept: "application/json", "X-CSRFToken": token() },
        redirect: "manual",
        keepalive: true,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return await judged(answer);
    } catch {
      return { is: "offline" };
    }
  };

  const pass = async () => {
    for (const record of await store.all()) {
      if (held.has(record.save)) continue;
      const outcome = await deliver(record);
      if (outcome.is === "saved") {
        if (isLeaving()) return;
        await store.remove(record);
      } else if (!WAITS.includes(outcome.is)) held.add(record.save);
      await tell(record, outcome);
      if (WAITS.includes(outcome.is)) return;
    }
  };
  // One tab at a time sends, so that nothing overtakes.
  const alone = (work) => (navigator.locks ? navigator.locks.request(`send ${drawer}`, work) : work());
  const send = () => {
    isAsked = true;
    sending ??= (async () => {
      while (isAsked) {
        isAsked = false;
        await alone(pass);
      }
    })().finally(() => {
      sending = null;
    });
    return sending;
  };

  // Takes the place of `before`, an earlier answer to the same item, if there is one.
  const keep = (record, before) => {
    writes += 1;
    const put = () => {
      if (before) record.id = before.id;
      return store.put(record);
    };
    writing = writing.then(put).finally(() => {
      writes -= 1;
    });
    return writing;
  };
  const isWaiting = async () => (await store.all()).some((record) => !held.has(record.save));
  const sendWhatWaits = async () => {
    if (!sending && (await isWaiting())) await send();
  };
  window.addEventListener("online", sendWhatWaits);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) sendWhatWaits();
  });
  window.setInterval(sendWhatWaits, AGAIN_MS);

  return { keep, send, remove: store.remove, isWriting: () => writes > 0 };
};
