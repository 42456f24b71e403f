using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ConsoleWeb.Tests.Cli;

/// <summary>One call that the fake received.</summary>
internal sealed record RecordedCall(string Method, string Path, string? Authorization, JsonNode? Body);

/// <summary>An Admin API in memory: generic entity endpoints, schemas, checks; remembers every call.</summary>
internal sealed class FakeAdminApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, JsonObject>> _rows = new();

    private FakeAdminApi(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public ConcurrentQueue<RecordedCall> Calls { get; } = new();

    /// <summary>Calls that change something.</summary>
    public IEnumerable<RecordedCall> Writes
        => Calls.Where(c => c.Method is "PUT" or "POST" or "PATCH" or "DELETE" && !c.Path.Contains("/validate", StringComparison.Ordinal));

    /// <summary>Bearer token that is asked for; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>Collections the server does not have.</summary>
    public HashSet<string> Absent { get; } = [];

    /// <summary>Names of control planes by id, served below the Konnect paths.</summary>
    public Dictionary<string, string> ControlPlanes { get; } = [];

    /// <summary>Answers of the next writes, such as 500.</summary>
    public ConcurrentQueue<int> NextWriteStatuses { get; } = new();

    /// <summary>Rows in a page; decK asks for 1000.</summary>
    public int MaxPageSize { get; set; } = 1000;

    public bool HasValidation { get; set; } = true;

    public static async Task<FakeAdminApi> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var api = new FakeAdminApi(app);
        app.Run(api.HandleAsync);
        await app.StartAsync(cancellationToken);
        return api;
    }

    public IReadOnlyList<JsonObject> Rows(string collection) => [.. Collection(collection).Values];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private ConcurrentDictionary<string, JsonObject> Collection(string name) => _rows.GetOrAdd(name, _ => new());

    private async Task HandleAsync(HttpContext http)
    {
        var body = http.Request.ContentLength > 0
            ? await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted)
            : null;
        var path = http.Request.Path.Value!;
        var authorization = http.Request.Headers.Authorization.ToString();
        Calls.Enqueue(new RecordedCall(http.Request.Method, path + http.Request.QueryString, authorization, body));
        var (status, answer) = Token is not null && authorization != $"Bearer {Token}"
            ? (401, new JsonObject { ["message"] = "Unauthorized" })
            : Answer(http.Request, path, body as JsonObject);
        http.Response.StatusCode = status;
        if (answer is not null)
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(answer.ToJsonString(), http.RequestAborted);
        }
    }

    private (int Status, JsonNode? Answer) Answer(HttpRequest request, string path, JsonObject? body)
    {
        if (path == "/v2/control-planes")
        {
            var name = request.Query["filter[name][eq]"].ToString();
            var found = ControlPlanes.Where(c => c.Value == name).Select(c => (JsonNode)new JsonObject { ["id"] = c.Key, ["name"] = c.Value });
            return (200, new JsonObject { ["data"] = new JsonArray([.. found]) });
        }

        if (path.StartsWith("/v2/control-planes/", StringComparison.Ordinal))
        {
            var parts = path.Split('/', 6);
            return ControlPlanes.ContainsKey(parts[3]) ? Answer(request, "/" + parts[5], body) : NotFound();
        }

        var segments = path.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments switch
        {
            [] => (200, new JsonObject
            {
                ["version"] = "3.10.0",
                ["plugins"] = new JsonObject { ["available_on_server"] = new JsonObject(FakeSchemas.Plugins.Select(p => KeyValuePair.Create<string, JsonNode?>(p, new JsonObject()))) },
            }),
            ["v1", "schemas", "json", var type] => FakeSchemas.JsonSchema(type) is { } schema ? (200, schema) : NotFound(),
            ["schemas", "plugins", "validate"] when HasValidation => FakeSchemas.Validate("plugins", body!),
            ["schemas", "plugins", var name] => FakeSchemas.Plugin(name) is { } plugin ? (200, plugin) : NotFound(),
            ["schemas", var entity, "validate"] when HasValidation => FakeSchemas.Validate(entity, body!),
            ["schemas", var entity] => FakeSchemas.Entity(entity) is { } schema ? (200, schema) : NotFound(),
            [var collection, ..] when Absent.Contains(collection) => NotFound(),
            ["consumer_groups", var group, "consumers", ..] => Member(request.Method, group, segments.ElementAtOrDefault(3), body),
            ["consumer_groups", var group] when request.Method == "GET" => Group(group),
            [var collection] => List(request, Collection(collection).Values),
            [var collection, var id] => Entity(request.Method, collection, id, body),
            ["upstreams", var id, "targets"] when request.Method == "GET" => List(request, Children("targets", "upstream", id)),
            ["upstreams", var id, "targets"] => Write("targets", body!["id"]!.ToString(), WithParent(body, "upstream", id)!),
            ["upstreams", var id, "targets", var target] when request.Method == "PUT" && !Collection("targets").ContainsKey(target) => NotFound(),
            ["upstreams", var id, "targets", var target] => Entity(request.Method, "targets", target, WithParent(body, "upstream", id)),
            ["consumers", var id, var credential, var key] => Entity(
                request.Method, credential is "acls" ? "acls" : credential + "s", key, WithParent(body, "consumer", id)),
            _ => NotFound(),
        };
    }

    private static (int Status, JsonNode? Answer) NotFound() => (404, new JsonObject { ["message"] = "Not found" });

    private static JsonObject? WithParent(JsonObject? body, string field, string id)
    {
        if (body is not null)
        {
            body[field] = new JsonObject { ["id"] = id };
        }

        return body;
    }

    private IEnumerable<JsonObject> Children(string collection, string field, string id)
        => Collection(collection).Values.Where(r => r[field]?["id"]?.ToString() == id);

    private (int Status, JsonNode? Answer) List(HttpRequest request, IEnumerable<JsonObject> rows)
    {
        var tags = request.Query["tags"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        var matching = rows
            .Where(r => tags.All(t => (r["tags"] as JsonArray ?? []).Any(have => have?.ToString() == t)))
            .OrderBy(r => r["id"]!.ToString(), StringComparer.Ordinal)
            .ToList();
        var start = request.Query.TryGetValue("offset", out var offset) ? int.Parse(offset!, CultureInfo.InvariantCulture) : 0;
        var page = new JsonObject
        {
            ["data"] = new JsonArray([.. matching.Skip(start).Take(MaxPageSize).Select(r => r.DeepClone())]),
            ["next"] = null,
        };
        if (start + MaxPageSize < matching.Count)
        {
            page["offset"] = (start + MaxPageSize).ToString(CultureInfo.InvariantCulture);
        }

        return (200, page);
    }

    private (int Status, JsonNode? Answer) Entity(string method, string collection, string id, JsonObject? body)
    {
        switch (method)
        {
            case "PUT" or "PATCH":
                return Write(collection, id, body!);
            case "DELETE":
                Collection(collection).TryRemove(id, out _);
                return (204, null);
            default:
                return Collection(collection).TryGetValue(id, out var row) ? (200, row.DeepClone()) : NotFound();
        }
    }

    private (int Status, JsonNode? Answer) Write(string collection, string id, JsonObject body)
    {
        if (NextWriteStatuses.TryDequeue(out var status))
        {
            return (status, new JsonObject { ["message"] = "An unexpected error occurred" });
        }

        var row = (JsonObject)body.DeepClone();
        row["id"] = id;
        row["created_at"] ??= 1700000000;
        row["updated_at"] = 1700000001;
        FakeSchemas.Fill(collection, row);
        Collection(collection)[id] = row;
        return (200, row.DeepClone());
    }

    private (int Status, JsonNode? Answer) Group(string nameOrId)
    {
        var group = Collection("consumer_groups").Values.FirstOrDefault(g => g["name"]?.ToString() == nameOrId || g["id"]!.ToString() == nameOrId);
        if (group is null)
        {
            return NotFound();
        }

        var members = Collection("members").Values
            .Where(m => m["group"]!.ToString() == group["id"]!.ToString())
            .Select(m => Collection("consumers")[m["consumer"]!.ToString()].DeepClone());
        return (200, new JsonObject
        {
            ["consumer_group"] = group.DeepClone(),
            ["consumers"] = new JsonArray([.. members]),
            ["plugins"] = new JsonArray(),
        });
    }

    private (int Status, JsonNode? Answer) Member(string method, string group, string? consumer, JsonObject? body)
    {
        if (method == "DELETE")
        {
            Collection("members").TryRemove($"{group}/{consumer}", out _);
            return (204, null);
        }

        var id = body!["consumer"]!.ToString();
        Collection("members")[$"{group}/{id}"] = new JsonObject { ["group"] = group, ["consumer"] = id };
        return (201, new JsonObject());
    }
}
