using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConsoleWeb.AdminApi;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Auth;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Tests.Hosting;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi.OpenApi;

/// <summary>The document says what the Admin API does.</summary>
public sealed class OpenApiTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    /// <summary>Each path is asked for its methods, as a browser would.</summary>
    [Fact]
    public async Task Paths_AreThoseOfTheApiWithTheSameMethods()
    {
        var document = await ReadAsync();
        var paths = document["paths"]!.AsObject();

        // The list of endpoints names the values in paths by what they are, the document by the place they have in it.
        string Unnamed(string path) => Regex.Replace(path, "{[^}]*}", "{}");
        Assert.Equal(
            (await admin.Host.GetAsync("/endpoints"))["data"]!.AsArray().Select(p => Unnamed(p!.ToString())).Order(StringComparer.Ordinal),
            paths.Select(p => Unnamed(p.Key)).Order(StringComparer.Ordinal));
        foreach (var (path, item) in paths)
        {
            var answer = await admin.Host.SendAsync(HttpMethod.Options, path.Replace("{", "").Replace("}", ""), null);
            Assert.Equal(
                answer.Headers["Allow"].Split(", ").Except(["HEAD", "OPTIONS"]),
                item!.AsObject().Select(o => o.Key).Where(Methods.Contains).Select(m => m.ToUpperInvariant()).Order());
        }
    }

    /// <summary>Where an endpoint is mapped, it is described: see <see cref="ApiOperation"/>.</summary>
    [Fact]
    public void Operations_AreAllDescribed() => Assert.Empty(
        admin.Host.Services.GetRequiredService<AdminRouteTable>().Endpoints.Where(e => e.Operation.Group == ApiGroups.Other).Select(e => $"{e.Method} {e.Pattern}"));

    [Fact]
    public async Task Operations_HaveIdsOfTheirOwnAndNameAllPathValues()
    {
        var document = await ReadAsync();
        var operations = Operations(document).ToList();

        Assert.Distinct(operations.Select(o => o.Operation["operationId"]!.ToString()));
        Assert.All(operations, o => Assert.NotEmpty(o.Operation["summary"]!.ToString()));
        Assert.All(document["paths"]!.AsObject(), p => Assert.All(p.Value!["parameters"]?.AsArray() ?? [], v => Assert.NotEmpty(v!["description"]!.ToString())));
        Assert.Empty(operations.Select(o => o.Operation["tags"]![0]!.ToString()).Except(document["tags"]!.AsArray().Select(t => t!["name"]!.ToString())));
    }

    [Fact]
    public async Task References_AllPointAtSomething()
    {
        var document = await ReadAsync();
        var match = new SchemaMatch(document);

        Assert.All(References(document).Distinct(), r => match.Faults(new JsonObject(), new JsonObject { ["$ref"] = r }));
    }

    [Fact]
    public async Task Document_AskedWithAnyTokenOnTheConsoleOrWithout_IsThereOrRefused()
    {
        var token = await admin.Host.MakeTokenAsync(TokenScopes.LogsRead);

        Assert.Equal(HttpStatusCode.OK, (await admin.Host.SendAsync(HttpMethod.Get, "/openapi.json", null, token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.Host.SendAsync(HttpMethod.Get, "/openapi.json", null, "")).Status);
        var console = await admin.Host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(admin.Host.ConsoleUrl, "/openapi.json")));
        Assert.NotEqual(HttpStatusCode.OK, console.Status);
    }

    /// <summary>The examples are sent as they stand, and what comes back fits the schemas.</summary>
    [Fact]
    public async Task Examples_SentInOrder_AreAcceptedAndAnsweredAsTheSchemasSay()
    {
        await using var host = await TestHost.StartAsync();
        var document = (await host.GetAsync("/openapi.json")).Json;
        var match = new SchemaMatch(document);
        foreach (var group in ApiGroups.All.Where(g => g.Schema is not null))
        {
            var kind = EntityKinds.All.Single(k => k.Path == group.Name);
            var (path, body) = kind == EntityKinds.Targets ? ("/upstreams/example-upstream/targets", Examples.Of(kind, "upstream")) : ("/" + kind.Path, Examples.Of(kind));
            if (body.ContainsKey("cert") || body.ContainsKey("certificate"))
            {
                continue;
            }

            var created = await host.PostAsync(path, body.ToJsonString());
            var list = await host.GetAsync(path + "?size=1");

            Assert.True(created.Status == HttpStatusCode.Created, $"{path}: {created.Text}");
            Assert.Empty(match.Faults(body, Body(document, path, "post")));
            Assert.Empty(match.Faults(created.Json, Answer(document, path, "post", "201")));
            Assert.Empty(match.Faults(list.Json, Answer(document, path, "get", "200")));
        }
    }

    [Fact]
    public void PluginExamples_AreAccepted()
    {
        var entities = admin.Host.Services.GetRequiredService<IEntityService>();

        Assert.All(
            admin.Host.Services.GetRequiredService<PluginCatalog>().Plugins.Select(Examples.Of).Where(e => e.ContainsKey("config")),
            e => Assert.Null(entities.Validate(EntityKinds.Plugins, e).Error?.Message));
    }

    /// <summary>Everything that can be read without knowing an id.</summary>
    [Fact]
    public async Task Answers_OfPlainPaths_AreAsTheSchemasSay()
    {
        await admin.CreateAsync("/services", $$"""{"name":"{{AdminFixture.NewName()}}","host":"up.example","tags":["a"]}""");
        var document = await ReadAsync();
        var match = new SchemaMatch(document);
        foreach (var (path, method, operation) in Operations(document).Where(o => o is { Method: "get" } && !o.Path.Contains('{') && o.Path is not ("/logs/stream" or "/logs/export" or "/metrics")))
        {
            if (operation["parameters"]?.AsArray().Any(p => p!["required"]!.GetValue<bool>()) == true)
            {
                continue;
            }

            var answer = await admin.Host.GetAsync(path);
            var success = operation["responses"]!.AsObject().First().Key;

            Assert.Equal((path, success), (path, ((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Empty(match.Faults(answer.Json, Answer(document, path, method, success)).Select(f => $"{path} {f}"));
        }
    }

    [Theory]
    [InlineData("/services", "{}", "400")]
    [InlineData("/routes/nobody", null, "404")]
    [InlineData("/services?size=0", null, "400")]
    [InlineData("/services?tags=", null, "400")]
    public async Task Refusals_AreAsTheSchemasSay(string path, string? body, string status)
    {
        var document = await ReadAsync();
        var answer = body is null ? await admin.Host.GetAsync(path) : await admin.Host.PostAsync(path, body);
        var template = path.Split('?')[0].Replace("nobody", "{id}");
        var response = document["paths"]![template]![body is null ? "get" : "post"]!["responses"]![status]!["$ref"]!.ToString().Split('/')[^1];

        Assert.Equal(status, ((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(new SchemaMatch(document).Faults(answer.Json, document["components"]!["responses"]![response]!["content"]!["application/json"]!["schema"]!));
    }

    [Fact]
    public async Task Plugin_ConfigOfEach_IsChosenByItsName()
    {
        var document = await ReadAsync();
        var schemas = document["components"]!["schemas"]!;
        var names = admin.Host.Services.GetRequiredService<PluginCatalog>().Plugins.Select(p => p.Name).Order(StringComparer.Ordinal);

        Assert.Equal(names, schemas["plugin"]!["discriminator"]!["mapping"]!.AsObject().Select(m => m.Key));
        Assert.Equal(("number", 1), (
            schemas["plugin-config-rate-limiting"]!["properties"]!["minute"]!["type"]![0]!.ToString(),
            schemas["plugin-config-proxy-cache"]!["properties"]!["strategy"]!["enum"]!.AsArray().Count));
    }

    private static JsonNode Body(JsonObject document, string path, string method) =>
        Find(document, path)[method]!["requestBody"]!["content"]!["application/json"]!["schema"]!;

    private static JsonNode Answer(JsonObject document, string path, string method, string status) =>
        Find(document, path)[method]!["responses"]![status]!["content"]!["application/json"]!["schema"]!;

    private static JsonNode Find(JsonObject document, string path) => document["paths"]![path.Replace("example-upstream", "{parent}")]!;

    private static IEnumerable<(string Path, string Method, JsonNode Operation)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where Methods.Contains(operation.Key)
        select (path.Key, operation.Key, operation.Value!);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m.Key == "$ref" ? [m.Value!.ToString()] : References(m.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private async Task<JsonObject> ReadAsync() => (await admin.Host.GetAsync("/openapi.json")).Json;
}
