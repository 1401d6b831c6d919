import { httpActionGeneric, httpRouter, makeFunctionReference } from "convex/server";

const http = httpRouter();

http.route({
  path: "/mirror",
  method: "POST",
  handler: httpActionGeneric(
    async (_ctx, request) =>
      new Response(await request.arrayBuffer(), {
        status: 201,
        headers: { "x-url": request.url, "x-sent": request.headers.get("x-sent") ?? "" },
      }),
  ),
});

http.route({
  path: "/add",
  method: "POST",
  handler: httpActionGeneric(async (ctx, request) => {
    const note = (await request.json()) as { author: string; text: string };
    await ctx.runMutation(makeFunctionReference<"mutation">("notes:add"), note);
    return new Response(null, { status: 204 });
  }),
});

http.route({
  pathPrefix: "/whoami/",
  method: "GET",
  handler: httpActionGeneric(async (ctx) =>
    Response.json((await ctx.auth.getUserIdentity())?.subject ?? "nobody"),
  ),
});

export default http;
