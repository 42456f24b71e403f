using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Audit;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Plugins.ProxyCache;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>What the plugin proxy-cache keeps in memory: look at one answer, forget one, forget all. The keys are those of <c>X-Cache-Key</c>.</summary>
internal sealed class ProxyCacheEndpoints(AnswerCache cache, IEntityService entities, AuditLog audit)
{
    private const string Plugin = "proxy-cache";

    public void Map(AdminRouteTable table)
    {
        table.Map(HttpMethods.Delete, "/proxy-cache", _ =>
        {
            cache.Clear();
            return Task.FromResult<IResult>(new AdminJson(StatusCodes.Status204NoContent, null));
        }, new(ApiGroups.ProxyCache, "Forget all answers") { Status = StatusCodes.Status204NoContent });
        foreach (var path in new[] { "/proxy-cache/{key}", "/proxy-cache/{id}/caches/{key}" })
        {
            table.Get(path, c => Task.FromResult(IsPlugin(c) && cache.Find(c["key"]) is { } answer
                    ? new AdminJson(StatusCodes.Status200OK, ToJson(c, answer))
                    : AdminErrors.NotFound), new(ApiGroups.ProxyCache, "Read a kept answer")
                    {
                        Description = "When the upstream gives several answers by request headers: the names of those and the keys of the answers. The body is shown to tokens with the scope payloads:read.",
                        Answer = Shapes.Object("status:integer? headers:object? body_len:integer? timestamp:integer? ttl:integer? body? vary:string[]? variants:string[]?"),
                        Refusals = [StatusCodes.Status404NotFound],
                    })
                .Map(HttpMethods.Delete, path, c => Task.FromResult(IsPlugin(c) && cache.Remove(c["key"])
                    ? new AdminJson(StatusCodes.Status204NoContent, null)
                    : AdminErrors.NotFound), new(ApiGroups.ProxyCache, "Forget an answer") { Status = StatusCodes.Status204NoContent, Refusals = [StatusCodes.Status404NotFound] });
        }
    }

    /// <summary>Whether the path names no instance, or one of this plugin. All instances share one memory.</summary>
    private bool IsPlugin(AdminContext context) =>
        !context.Values.TryGetValue("id", out var id) || entities.Find(EntityKinds.Plugins, id, context.Actor)?["name"]?.ToString() == Plugin;

    private JsonObject ToJson(AdminContext context, CachedAnswer answer)
    {
        if (answer.Vary is { } names)
        {
            return new JsonObject { ["vary"] = Strings(names), ["variants"] = Strings(cache.VariantsOf(context["key"])) };
        }

        var headers = new JsonObject();
        foreach (var (name, value) in answer.Headers)
        {
            headers[name] = value.Count == 1 ? JsonValue.Create(value[0]) : Strings(value);
        }

        var json = new JsonObject
        {
            ["status"] = answer.Status,
            ["headers"] = headers,
            ["body_len"] = answer.Body.Length,
            ["timestamp"] = answer.StoredAt.ToUnixTimeSeconds(),
            ["ttl"] = (long)answer.Ttl.TotalSeconds,
        };

        // What an upstream answered is for those who may read payloads elsewhere, too.
        if (context.MaySeePayloads)
        {
            audit.Post(new AuditEvent(AuditActions.PayloadView, context.Actor, "proxy-cache " + context["key"]));
            json["body"] = Encoding.UTF8.GetString(answer.Body);
        }

        return json;
    }

    private static JsonArray Strings(IEnumerable<string?> texts) => [.. texts.Select(t => (JsonNode?)t)];
}
