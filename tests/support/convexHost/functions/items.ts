import { mutationGeneric, paginationOptsValidator, queryGeneric } from "convex/server";
import { ConvexError, v } from "convex/values";

/** An author's notes, a page at a time. */
export const page = queryGeneric({
  args: { author: v.string(), paginationOpts: paginationOptsValidator },
  handler: async ({ db }, { author, paginationOpts }) => {
    const notes = await db
      .query("notes")
      .withIndex("by_author_and_text", (q) => q.eq("author", author))
      .paginate(paginationOpts);
    return { ...notes, page: notes.page.map((note) => note["text"] as string) };
  },
});

export const remove = mutationGeneric({
  args: { author: v.string(), text: v.string() },
  handler: async ({ db }, { author, text }) => {
    const note = await db
      .query("notes")
      .withIndex("by_author", (q) => q.eq("author", author))
      .filter((q) => q.eq(q.field("text"), text))
      .unique();
    if (note === null) throw new ConvexError({ missing: text });
    await db.delete(note._id);
  },
});

/** How many notes the caller has; nobody has none. */
export const mine = queryGeneric({
  args: {},
  handler: async ({ auth, db }) => {
    const author = (await auth.getUserIdentity())?.subject;
    if (author === undefined) return null;
    const notes = await db
      .query("notes")
      .withIndex("by_author", (q) => q.eq("author", author))
      .collect();
    return { author, count: notes.length };
  },
});

export const addMine = mutationGeneric({
  args: { text: v.string() },
  handler: async ({ auth, db }, { text }) => {
    const author = (await auth.getUserIdentity())?.subject;
    if (author === undefined) throw new ConvexError("sign in first");
    await db.insert("notes", { author, text });
    return author;
  },
});
