using System.Net;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Partials over the Admin API: each type has its fields, and a plugin that links one shows none of its own there.</summary>
public sealed class PartialTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private const string Target = """{"route_type":"llm/v1/chat","model":{"provider":"openai","name":"gpt-4o"}}""";

    private const string VectorDb = """{"strategy":"redis","dimensions":256,"distance_metric":"cosine"}""";

    [Theory]
    [InlineData("redis-ce", """{"prot":1}""", "config.prot: unknown field")]
    [InlineData("redis-ce", """{"port":"6379"}""", "config.port: expected an integer")]
    [InlineData("redis-ce", """{"sentinel_master":"m"}""", "config.sentinel_master: unknown field")]
    [InlineData("redis-ee", """{"port":70000}""", "config.port: value should be between 0 and 65535")]
    [InlineData("vectordb", """{"strategy":"redis","distance_metric":"cosine"}""", "config.dimensions: required field missing")]
    [InlineData("embeddings", """{"model":{"provider":"nobody","name":"m"}}""", "config.model.provider: expected one of: ")]
    [InlineData("model", """{"route_type":"llm/v1/chat"}""", "config.model.provider: required field missing")]
    [InlineData("none", """{"a":1}""", "type: expected one of: embeddings, model, redis-ce, redis-ee, vectordb")]
    public async Task Config_OfAnotherShapeThanItsType_IsRefused(string type, string config, string fault)
    {
        var body = $$"""{"name":"{{AdminFixture.NewName()}}","type":"{{type}}","config":{{config}}}""";
        var answers = new[] { await admin.Host.PostAsync("/partials", body), await admin.Host.PostAsync("/schemas/partials/validate", body) };

        Assert.All(answers, answer =>
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Contains(fault, answer["message"]!.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Config_LeftOut_HasTheDefaultsOfItsType()
    {
        var created = await admin.CreateAsync("/partials", """{"type":"redis-ee"}""");

        var config = created["config"]!;
        Assert.Equal(("127.0.0.1", "2000", "256"), (config["host"]?.ToString(), config["read_timeout"]?.ToString(), config["keepalive_pool_size"]?.ToString()));
        Assert.True(config.AsObject().ContainsKey("sentinel_password"));
    }

    [Theory]
    [InlineData("redis-ce", "timeout")]
    [InlineData("redis-ee", "sentinel_nodes")]
    [InlineData("vectordb", "distance_metric")]
    [InlineData("embeddings", "model")]
    [InlineData("model", "route_type")]
    public async Task Schema_OfEachType_IsPublishedWhereToolsLookForIt(string type, string field)
    {
        var answer = await admin.Host.GetAsync("/schemas/partials/" + type);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var config = answer["fields"]!.AsArray().Single()!["config"]!;
        Assert.Contains(config["fields"]!.AsArray(), f => f!.AsObject().ContainsKey(field));
    }

    [Fact]
    public async Task Schema_OfAnUnknownType_Answers404() =>
        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"No partial named 'mysql'"}""", await admin.Host.GetAsync("/schemas/partials/mysql"));

    [Theory]
    [InlineData("rate-limiting", """{"redis-ce":["config.redis"]}""")]
    [InlineData("ai-proxy-advanced", """{"model":["config.targets[]"],"embeddings":["config.embeddings"],"vectordb":["config.vectordb"],"redis-ee":["config.vectordb.redis"]}""")]
    [InlineData("cors", null)]
    public async Task PluginSchema_SaysWherePartialsGo(string plugin, string? expected) =>
        Assert.Equal(expected, (await admin.Host.GetAsync("/schemas/plugins/" + plugin))["supported_partials"]?.ToJsonString());

    [Fact]
    public async Task Plugin_ThatLinksAPartial_ShowsNullInItsPlace()
    {
        var piece = await PieceAsync("redis-ce", """{"host":"shared.example"}""");

        var plugin = await LinkAsync("rate-limiting", """{"minute":5,"policy":"redis","redis":{"host":"own.example"}}""", $$"""{"id":"{{piece}}"}""");

        Assert.Null(Config(plugin)["redis"]);
        Assert.True(Config(plugin).ContainsKey("redis"));
        Assert.Null(Config((await admin.Host.GetAsync("/plugins/" + plugin["id"])).Json)["redis"]);
        var changed = await admin.Host.PatchAsync("/plugins/" + plugin["id"], """{"config":{"minute":6}}""");
        Assert.Equal((HttpStatusCode.OK, "6", null), (changed.Status, Config(changed.Json)["minute"]!.ToString(), Config(changed.Json)["redis"]));
    }

    [Fact]
    public async Task Models_Linked_ComeAfterThePluginsOwnTargets()
    {
        var piece = await PieceAsync("model", Target);

        var without = await LinkAsync("ai-proxy-advanced", "{}", $$"""{"id":"{{piece}}"}""");
        var with = await LinkAsync("ai-proxy-advanced", $$"""{"targets":[{{Target.Replace("gpt-4o", "own", StringComparison.Ordinal)}}]}""", $$"""{"id":"{{piece}}","path":"config.targets[]"}""");
        var changed = await admin.Host.PatchAsync("/plugins/" + with["id"], """{"config":{"model_name_header":false}}""");

        Assert.Empty(Config(without)["targets"]!.AsArray());
        Assert.Equal(["own"], Names(Config(with)));
        Assert.Equal(["own"], Names(Config(changed.Json)));
        Assert.Equal(["gpt-4o"], Names(admin.Running(without)));
        Assert.Equal(["own", "gpt-4o"], Names(admin.Running(with)));
    }

    [Fact]
    public async Task Link_ByName_IsStoredWithTheId()
    {
        var piece = await admin.CreateAsync("/partials", $$$"""{"name":"{{{AdminFixture.NewName()}}}","type":"redis-ce","config":{"host":"a.example"}}""");

        var plugin = await LinkAsync("rate-limiting", """{"minute":5}""", $$"""{"name":"{{piece["name"]}}"}""");
        var unknown = await admin.Host.PostAsync("/plugins", """{"name":"rate-limiting","config":{"minute":5},"partials":[{"name":"nobody"}]}""");

        Assert.Equal(piece["id"]!.ToString(), plugin["partials"]![0]!["id"]!.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, unknown.Status);
    }

    [Theory]
    [InlineData("rate-limiting", """{"minute":5}""", "vectordb", "", "the plugin 'rate-limiting' takes no partial of the type 'vectordb'")]
    [InlineData("rate-limiting", """{"minute":5}""", "redis-ee", "", "the plugin 'rate-limiting' takes no partial of the type 'redis-ee'")]
    [InlineData("cors", "{}", "redis-ce", "", "the plugin 'cors' takes no partial")]
    [InlineData("rate-limiting", """{"minute":5}""", "redis-ce", ""","path":"config.minute" """, "expected one of: config.redis")]
    [InlineData("ai-proxy-advanced", "{}", "redis-ee", "", "config.vectordb.strategy: required field missing")]
    public async Task Link_WhereThePartialDoesNotFit_IsRefused(string plugin, string config, string type, string path, string fault)
    {
        var piece = await PieceAsync(type, type == "vectordb" ? VectorDb : "{}");

        var answer = await admin.Host.PostAsync("/plugins", $$"""{"name":"{{plugin}}","config":{{config}},"partials":[{"id":"{{piece}}"{{path}}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(fault, answer["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_TwoForOnePlace_IsRefused()
    {
        var (one, two) = (await PieceAsync("redis-ce", "{}"), await PieceAsync("redis-ce", "{}"));

        var answer = await admin.Host.PostAsync("/plugins", $$"""{"name":"rate-limiting","config":{"minute":5},"partials":[{"id":"{{one}}"},{"id":"{{two}}"}]}""");

        Assert.Contains("config.redis is taken by another partial", answer["message"]!.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The plugin needs a host for this policy, and the partial is where it comes from.</summary>
    [Fact]
    public async Task Partial_ThatAPluginCouldNotRunWith_IsRefused()
    {
        var piece = await PieceAsync("redis-ce", """{"host":"a.example"}""");
        var plugin = await LinkAsync("rate-limiting", """{"minute":5,"policy":"redis"}""", $$"""{"id":"{{piece}}"}""");

        var refused = await admin.Host.PatchAsync("/partials/" + piece, """{"config":{"host":null}}""");
        var otherType = await admin.Host.PutAsync("/partials/" + piece, """{"type":"redis-ee"}""");

        Assert.All([refused, otherType], a =>
        {
            Assert.Equal(HttpStatusCode.BadRequest, a.Status);
            Assert.Contains(plugin["id"]!.ToString(), a["message"]!.ToString(), StringComparison.Ordinal);
        });
        Assert.Equal("a.example", (await admin.Host.GetAsync("/partials/" + piece))["config"]!["host"]!.ToString());
    }

    /// <summary>As declarative tools check a file: what it links need not be there yet.</summary>
    [Fact]
    public async Task Validate_PluginWhosePartialIsNotThereYet_Passes()
    {
        var answer = await admin.Host.PostAsync(
            "/schemas/plugins/validate",
            """{"name":"rate-limiting","config":{"minute":5,"policy":"redis"},"partials":[{"name":"later"}]}""");

        AdminFixture.AssertIs(HttpStatusCode.OK, """{"message":"schema validation successful"}""", answer);
    }

    private static JsonObject Config(JsonObject plugin) => plugin["config"]!.AsObject();

    private static IEnumerable<string> Names(JsonObject config) => config["targets"]!.AsArray().Select(t => t!["model"]!["name"]!.ToString());

    private async Task<string> PieceAsync(string type, string config) =>
        (await admin.CreateAsync("/partials", $$"""{"type":"{{type}}","config":{{config}}}"""))["id"]!.ToString();

    private async Task<JsonObject> LinkAsync(string plugin, string config, string link)
    {
        var service = await admin.CreateServiceAsync();
        return await admin.CreateAsync($"/services/{service}/plugins", $$"""{"name":"{{plugin}}","config":{{config}},"partials":[{{link}}]}""");
    }
}
