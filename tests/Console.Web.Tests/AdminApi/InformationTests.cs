using System.Net;
using System.Text.Json;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>What tools ask before they do anything.</summary>
public sealed class InformationTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/kong")]
    [InlineData("/default/kong")]
    public async Task Root_AlsoOfTheWorkspace_IsTheNode(string path) => Assert.Equal("Welcome to kong", (await admin.Host.GetAsync(path))["tagline"]?.ToString());

    [Fact]
    public async Task Root_Always_TellsVersionPluginsAndConfiguration()
    {
        var root = (await admin.Host.GetAsync("/")).Json;

        Assert.Matches(@"^3\.\d+\.\d+$", root["version"]!.GetValue<string>());
        Assert.Equal("Welcome to kong", root["tagline"]!.ToString());
        Assert.Equal(JsonValueKind.False, root["configuration"]!["portal"]!.GetValueKind());
        Assert.Equal("off", root["configuration"]!["rbac"]!.ToString());
        Assert.NotEqual("off", root["configuration"]!["database"]!.ToString());
        Assert.True(root["plugins"]!["available_on_server"]!["ai-proxy"]!["priority"]!.GetValue<int>() > 0);
        Assert.Equal(JsonValueKind.Array, root["plugins"]!["enabled_in_cluster"]!.GetValueKind());
        Assert.True(Guid.TryParse(root["node_id"]!.ToString(), out _));
    }

    [Fact]
    public async Task Root_PluginConfigured_NamesItOnce()
    {
        for (var i = 0; i < 2; i++)
        {
            await admin.CreateAsync($"/services/{await admin.CreateServiceAsync()}/plugins", """{"name":"request-transformer"}""");
        }

        var enabled = (await admin.Host.GetAsync("/"))["plugins"]!["enabled_in_cluster"]!.AsArray().Select(p => p!.ToString());

        Assert.Single(enabled, "request-transformer");
    }

    [Fact]
    public async Task Status_Always_TellsConnectionsAndDatabase()
    {
        var status = (await admin.Host.GetAsync("/status")).Json;

        Assert.True(status["database"]!["reachable"]!.GetValue<bool>());
        foreach (var count in new[] { "accepted", "active", "handled", "reading", "waiting", "writing" })
        {
            Assert.Equal(JsonValueKind.Number, status["server"]!["connections_" + count]!.GetValueKind());
        }

        Assert.Equal(JsonValueKind.Number, status["server"]!["total_requests"]!.GetValueKind());
        Assert.NotNull(status["memory"]);
        long Log(string name) => status["log"]![name]!.GetValue<long>();
        Assert.Equal(Log("produced"), Log("committed") + Log("dropped") + Log("queued"));
        Assert.True(status["log"]!["writable"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Ready_WithoutToken_Answers200() =>
        Assert.Equal(HttpStatusCode.OK, (await admin.Host.SendAsync(HttpMethod.Get, "/status/ready", null, token: "")).Status);

    [Fact]
    public async Task Endpoints_Always_ListThePaths()
    {
        var paths = (await admin.Host.GetAsync("/endpoints"))["data"]!.AsArray().Select(p => p!.ToString()).ToList();

        Assert.Contains("/services/{services}/routes/{routes}", paths);
        Assert.Contains("/consumers/{consumers}/key-auth/{keyauth_credentials}", paths);
        Assert.Contains("/services", paths);
        Assert.Contains("/plugins/enabled", paths);
    }

    [Fact]
    public async Task EnabledPlugins_Always_AreAnArray() =>
        Assert.Contains("file-log", (await admin.Host.GetAsync("/plugins/enabled"))["enabled_plugins"]!.AsArray().Select(p => p!.ToString()));

    [Theory]
    [InlineData("services", "retries", "default", "5")]
    [InlineData("routes", "strip_path", "default", "true")]
    [InlineData("upstreams", "slots", "default", "10000")]
    [InlineData("targets", "weight", "default", "100")]
    [InlineData("routes", "service", "reference", "\"services\"")]
    [InlineData("keyauth_credentials", "key", "auto", "true")]
    public async Task Schema_OfAnEntity_IsAListOfFields(string entity, string field, string attribute, string value)
    {
        var fields = (await admin.Host.GetAsync("/schemas/" + entity))["fields"]!.AsArray();

        var found = Assert.Single(fields, f => f!.AsObject().Single().Key == field);
        Assert.Equal(value, found![field]![attribute]?.ToJsonString());
    }

    [Fact]
    public async Task Schema_OfAPlugin_HoldsItsConfig()
    {
        var fields = (await admin.Host.GetAsync("/schemas/plugins/file-log"))["fields"]!.AsArray();

        var config = fields.Single(f => f!["config"] is not null)!["config"]!;
        Assert.Equal(("record", "true"), (config["type"]!.ToString(), config["required"]!.ToJsonString()));
        Assert.Equal("true", config["fields"]!.AsArray().Single(f => f!["path"] is not null)!["path"]!["required"]!.ToJsonString());
        Assert.Contains("path", (await admin.Host.GetAsync("/plugins/schema/file-log")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/schemas/nonsense", "No entity named 'nonsense'")]
    [InlineData("/schemas/plugins/nonsense", "No plugin named 'nonsense'")]
    [InlineData("/schemas/vaults/nonsense", "No vault named 'nonsense'")]
    public async Task Schema_Unknown_Answers404(string path, string message) =>
        AdminFixture.AssertIs(HttpStatusCode.NotFound, $$"""{"message":"{{message}}"}""", await admin.Host.GetAsync(path));

    [Theory]
    [InlineData("services", """{"host":"up.example"}""")]
    [InlineData("routes", """{"paths":["/a"],"service":{"id":"6c0b9a8e-0000-4000-8000-000000000001"}}""")]
    [InlineData("plugins", """{"name":"file-log","config":{"path":"/tmp/a.log"},"service":{"name":"not-there-yet"}}""")]
    [InlineData("vaults", """{"prefix":"my-env","name":"env"}""")]
    [InlineData("keyauth_credentials", """{"consumer":{"id":"6c0b9a8e-0000-4000-8000-000000000001"}}""")]
    public async Task Validate_Sound_Answers200AndStoresNothing(string entity, string body)
    {
        var before = await admin.Host.GetAsync("/");

        AdminFixture.AssertIs(HttpStatusCode.OK, """{"message":"schema validation successful"}""", await admin.Host.PostAsync($"/schemas/{entity}/validate", body));

        Assert.Equal(before["gatehouse"]!["configuration_version"]!.ToJsonString(), (await admin.Host.GetAsync("/"))["gatehouse"]!["configuration_version"]!.ToJsonString());
    }

    [Theory]
    [InlineData("services", """{"host":"up.example","colour":1}""", "schema violation (colour: unknown field)")]
    [InlineData("plugins", """{"name":"file-log","config":{}}""", "schema violation (config.path: required field missing)")]
    [InlineData("vaults", """{"prefix":"my-env","name":"nonsense"}""", "schema violation (name: vault 'nonsense' is not installed)")]
    public async Task Validate_Faulty_Answers400AsACreateWould(string entity, string body, string message)
    {
        var answer = await admin.Host.PostAsync($"/schemas/{entity}/validate", body);

        Assert.Equal((HttpStatusCode.BadRequest, 2, message), (answer.Status, answer["code"]!.GetValue<int>(), answer["message"]!.ToString()));
    }

    [Fact]
    public async Task Validate_PathWhereFileLogMayNotWrite_IsRefusedAsByACreate()
    {
        const string body = """{"name":"file-log","config":{"path":"/etc/some.log"}}""";

        var created = await admin.Host.PostAsync("/plugins", body);

        Assert.NotNull(created["fields"]!["config"]!["path"]);
        AdminFixture.AssertIs(HttpStatusCode.BadRequest, created.Text, await admin.Host.PostAsync("/schemas/plugins/validate", body));
    }

    [Fact]
    public async Task Validate_TheSchemaItself_TakesGetAndPostApart()
    {
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await admin.Host.GetAsync("/schemas/plugins/validate")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await admin.Host.PostAsync("/schemas/plugins/file-log", "{}")).Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Config_WithADatabase_Answers400(string method) =>
        AdminFixture.AssertIs(
            HttpStatusCode.BadRequest,
            """{"message":"this endpoint is only available when Kong is configured to not use a database"}""",
            await admin.Host.SendAsync(new HttpMethod(method), "/config", null));

    [Fact]
    public async Task Workspaces_Always_AreTheDefaultOne()
    {
        Assert.Equal("default", (await admin.Host.GetAsync("/workspaces"))["data"]!.AsArray().Single()!["name"]!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/workspaces/other")).Status);
        Assert.Equal((await admin.Host.GetAsync("/services")).Text, (await admin.Host.GetAsync("/default/services")).Text);
    }
}
