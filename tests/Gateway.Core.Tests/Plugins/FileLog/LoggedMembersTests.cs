using System.Text.Json.Nodes;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.FileLog;

/// <summary>What a line of the log says of a call that several plugins took part in.</summary>
public sealed class LoggedMembersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_OfACallOverTls_HasWhatThePluginsFoundAndNoSecret()
    {
        var path = $"/tmp/file-log-{Guid.NewGuid():n}.json";
        await using var upstream = await FakeUpstream.StartAsync();
        using var certificate = TestCertificate.Create();
        var ann = new ConsumerConfig { Id = Guid.NewGuid(), Username = "ann" };
        var key = new KeyAuthCredentialConfig { Id = Guid.NewGuid(), Consumer = new EntityReference(ann.Id), Key = "some-key" };
        var config = Forwarding.Config(
            Forwarding.Service(upstream.Port),
            null,
            Forwarding.Plugin("key-auth", "{}"),
            Forwarding.Plugin("correlation-id", """{"generator":"uuid"}"""),
            Forwarding.Plugin("request-transformer", """{"add":{"headers":["x-added:1"]}}"""),
            Forwarding.Plugin("file-log", $$"""{"path":"{{path}}"}"""));
        await using (var gateway = await GatewayHost.StartAsync(config with { Consumers = [ann], KeyAuthCredentials = [key] }, certificate))
        {
            using var client = GatewayTls.Client(gateway, certificate);
            client.DefaultRequestHeaders.Add("apikey", key.Key);
            client.DefaultRequestHeaders.Add("Authorization", "Bearer secret");
            using var response = await client.GetAsync($"https://localhost:{gateway.Address.Port}/a?x=1&x=2&flag&none=", Ct);
            await gateway.NextRecordAsync();
        }

        var line = await File.ReadAllTextAsync(path, Ct);
        File.Delete(path);
        var record = JsonNode.Parse(line)!;
        var request = record["request"]!;
        Assert.Equal("""{"x":["1","2"],"flag":true,"none":""}""", request["querystring"]!.ToJsonString());
        Assert.StartsWith("TLSv1.", (string?)request["tls"]!["version"], StringComparison.Ordinal);
        Assert.Equal("NONE", (string?)request["tls"]!["client_verify"]);
        Assert.Equal(("ann", "1", "REDACTED"), (Header("x-consumer-username"), Header("x-added"), Header("authorization")));
        Assert.Null(Header("x-forwarded-for"));
        Assert.Equal(Assert.Single(upstream.Requests).Headers["Kong-Request-ID"], (string?)record["correlation_id"]);
        Assert.Equal(($"{key.Id}", $"{ann.Id}"), ((string?)record["authenticated_entity"]!["id"], (string?)record["authenticated_entity"]!["consumer_id"]));
        Assert.Equal("ann", (string?)record["consumer"]!["username"]);
        Assert.Equal(("200", "127.0.0.1", upstream.Port), ((string?)record["upstream_status"], (string?)record["tries"]![0]!["ip"], (int)record["tries"]![0]!["port"]!));
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
        Assert.DoesNotContain("some-key", line, StringComparison.Ordinal);

        string? Header(string name) => (string?)request["headers"]![name];
    }
}
