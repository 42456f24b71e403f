using System.Net;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>What a plugin's config is after a write is what a file asks for, completed by the published schema; anything else is a difference at every run.</summary>
public sealed class PluginSyncTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    /// <summary>Configs of each plugin: as little as it takes, then as people write them.</summary>
    private static readonly Dictionary<string, string[]> Configs = new()
    {
        ["acl"] = ["""{"allow":["readers"]}""", """{"deny":["b","a"],"hide_groups_header":true}"""],
        ["ai-proxy"] =
        [
            """{"route_type":"llm/v1/chat","model":{"provider":"openai"}}""",
            """
            {"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"{vault://env/some-key}"},"logging":{"log_payloads":true},
             "model":{"provider":"anthropic","name":"claude","options":{"max_tokens":256,"temperature":0.5,"anthropic_version":"2023-06-01"}}}
            """,
        ],
        ["ai-proxy-advanced"] =
        [
            """{"targets":[{"route_type":"llm/v1/chat","model":{"provider":"openai"}}]}""",
            """
            {"balancer":{"algorithm":"round-robin"},"targets":[
             {"route_type":"llm/v1/chat","weight":30,"model":{"provider":"openai","name":"b"},"auth":{"header_name":"a","header_value":"c"}},
             {"route_type":"llm/v1/chat","model":{"provider":"openai","name":"a"}}]}
            """,
        ],
        ["basic-auth"] = ["{}", """{"hide_credentials":true,"realm":"shop"}"""],
        ["correlation-id"] = ["{}", """{"generator":"uuid","echo_downstream":true}"""],
        ["cors"] = ["{}", """{"origins":["https://b.example","https://a.example"],"methods":["PUT","GET"],"max_age":60,"credentials":true}"""],
        ["file-log"] = ["""{"path":"/tmp/one.log"}""", """{"path":"/tmp/two.log","reopen":true}"""],
        ["http-log"] = ["""{"http_endpoint":"http://log.example/in"}""", """{"http_endpoint":"https://log.example","headers":{"x-b":"1","x-a":"2"},"timeout":1000}"""],
        ["ip-restriction"] = ["""{"allow":["10.0.0.0/8"]}""", """{"deny":["192.0.2.9","192.0.2.1"],"status":451,"message":"not here"}"""],
        ["jwt"] = ["{}", """{"claims_to_verify":["nbf","exp"],"cookie_names":["b","a"],"maximum_expiration":60}"""],
        ["key-auth"] = ["{}", """{"key_names":["x-b","x-a"],"key_in_body":true,"hide_credentials":true}"""],
        ["opentelemetry"] = ["""{"traces_endpoint":"http://otel.example/v1/traces"}"""],
        ["prometheus"] = ["{}", """{"per_consumer":true,"latency_metrics":true}"""],
        ["proxy-cache"] = ["""{"strategy":"memory"}""", """{"strategy":"memory","content_type":["text/plain","application/json"],"cache_ttl":5}"""],
        ["rate-limiting"] = ["""{"minute":5}""", """{"second":1,"hour":7,"policy":"redis","redis":{"host":"redis.example","port":6380}}"""],
        ["request-size-limiting"] = ["{}", """{"allowed_payload_size":1,"size_unit":"kilobytes"}"""],
        ["request-termination"] = ["{}", """{"status_code":503,"content_type":"text/plain","body":"closed"}"""],
        ["request-transformer"] = ["{}", """{"remove":{"headers":["b","a"]},"add":{"querystring":["z:1","a:2"]},"replace":{"uri":"/x"}}"""],
        ["response-transformer"] = ["{}", """{"add":{"headers":["z:1","a:2"],"json":["k:1"],"json_types":["number"]}}"""],
        ["tcp-log"] = ["""{"host":"log.example","port":9000}""", """{"host":"log.example","port":9000,"tls":true,"timeout":5}"""],
        ["udp-log"] = ["""{"host":"log.example","port":9000}""", """{"host":"log.example","port":9000,"timeout":5}"""],
    };

    public static TheoryData<DeckMode, string> Plugins => [.. Configs.Keys.SelectMany(n => new[] { (DeckMode.Gateway, n), (DeckMode.Konnect, n) })];

    [Fact]
    public async Task Sync_EveryOtherPluginThatNeedsNoConfig_ChangesNothingTheSecondTime()
    {
        var client = await DeckClient.ConnectAsync(admin.Host, DeckMode.Gateway);
        var others = (await admin.Host.GetAsync("/plugins/enabled"))["enabled_plugins"]!.AsArray().Select(p => p!.ToString()).Except(Configs.Keys);
        foreach (var plugin in others.Select(n => new JsonObject { ["name"] = n }))
        {
            if ((await admin.Host.PostAsync("/schemas/plugins/validate", plugin.ToJsonString())).Status == HttpStatusCode.OK)
            {
                var file = new JsonObject { ["plugins"] = new JsonArray(plugin) };

                (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

                (await DeckCommand.SyncAsync(client, file)).AssertNothing();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task Sync_PluginWithAnyConfig_ChangesNothingTheSecondTime(DeckMode mode, string name)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, mode);
        foreach (var config in Configs[name])
        {
            var file = DeckFiles.Parse($$"""{"services":[{"name":"s","host":"h","plugins":[{"name":"{{name}}","config":{{config}}}]}]}""");

            (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

            (await DeckCommand.SyncAsync(client, file)).AssertNothing();
            var stored = (await DeckState.ReadAsync(client, []))[DeckKind.Plugins].Single();
            (await DeckCommand.SyncAsync(client, Dumped(stored))).AssertNothing();
        }
    }

    [Theory]
    [InlineData(DeckMode.Gateway)]
    [InlineData(DeckMode.Konnect)]
    public async Task Sync_OlderNamesOfFields_ChangeNothingTheSecondTime(DeckMode mode)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, mode);
        var file = DeckFiles.Parse("""{"plugins":[{"name":"rate-limiting","config":{"minute":5,"policy":"redis","redis_host":"redis.example"}}]}""");

        (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
    }

    [Fact]
    public async Task Sync_PluginThatDoesNotExist_FailsAtItsSchema()
    {
        var client = await DeckClient.ConnectAsync(admin.Host, DeckMode.Gateway);
        var answer = await client.SendAsync(HttpMethod.Get, "/schemas/plugins/no-such", null);

        Assert.Equal("No plugin named 'no-such'", answer["message"]!.GetValue<string>());
    }

    /// <summary>The file that dump writes of it: every member of the config, nulls too, and no other null.</summary>
    private static JsonObject Dumped(JsonObject plugin)
    {
        var copy = plugin.DeepClone().AsObject();
        DeckDefaults.RemoveNulls(copy);
        copy["service"] = "s";
        foreach (var name in new[] { "id", "created_at", "updated_at" })
        {
            copy.Remove(name);
        }

        return new JsonObject { ["services"] = new JsonArray(new JsonObject { ["name"] = "s", ["host"] = "h" }), ["plugins"] = new JsonArray(copy) };
    }
}
