using System.Net;
using System.Text.Json.Nodes;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins.IpRestriction;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.IpRestriction;

public sealed class IpRestrictionTests
{
    private const string Plugin = "ip-restriction";

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "", true)]
    [InlineData("192.0.2.1", "192.0.2.2", "", false)]
    [InlineData("192.0.2.1", "192.0.2.0/24", "", true)]
    [InlineData("192.0.2.1", "192.0.2.77/24", "", true)]
    [InlineData("192.0.2.1", "", "192.0.2.0/24", false)]
    [InlineData("192.0.3.1", "", "192.0.2.0/24", true)]
    [InlineData("192.0.2.1", "192.0.2.0/24", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.1", "0.0.0.0/0", false)]
    [InlineData("192.0.3.1", "192.0.2.0/24", "192.0.2.1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", "", true)]
    [InlineData("::ffff:192.0.2.1", "", "192.0.2.0/24", false)]
    [InlineData("2001:db8::1", "2001:db8::/32", "", true)]
    [InlineData("2001:db9::1", "2001:db8::/32", "", false)]
    [InlineData("2001:db8::1", "", "2001:db8:0:0::1", false)]
    [InlineData("2001:db8::1", "0.0.0.0/0", "", false)]
    public void Rules_DenyFirst_ThenAllow(string client, string allow, string deny, bool expected)
    {
        var rules = new AddressRules(List(allow), List(deny));

        Assert.Equal(expected, rules.Allows(IPAddress.Parse(client)));

        static AddressList List(string entries) => new(entries.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("""{"allow":["127.0.0.0/8"]}""", 200, null)]
    [InlineData("""{"deny":["127.0.0.1"]}""", 403, "IP address not allowed: 127.0.0.1")]
    [InlineData("""{"allow":["192.0.2.1"]}""", 403, "IP address not allowed: 127.0.0.1")]
    [InlineData("""{"deny":["127.0.0.1"],"status":404,"message":"Nothing here"}""", 404, "Nothing here")]
    [InlineData("""{"deny":["127.0.0.1"],"status":7}""", 403, "IP address not allowed: 127.0.0.1")]
    public async Task Request_FromAnAddress_PassesOrIsRefused(string config, int status, string? message)
    {
        await using var host = await PluginHost.StartAsync((Plugin, config));

        using var answer = await host.Client.GetAsync("/ai", TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(message is null ? 1 : 0, host.Forwarded.Count);
        if (message is not null)
        {
            var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal(message, (string?)error["message"]);
            Assert.Equal(Assert.Single(answer.Headers.GetValues("X-Kong-Request-Id")), (string?)error["request_id"]);
            Assert.Equal("address_refused", (await host.Gateway.NextRecordAsync()).OutcomeDetail);
        }
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("198.51.100.1", HttpStatusCode.Forbidden)]
    public async Task Request_ThroughAProxy_CountsAsTheClientOnlyWhenTheProxyIsTrusted(string trusted, HttpStatusCode expected)
    {
        await using var host = await PluginHost.StartAsync(
            GatewayHost.Config(Plugin, """{"allow":["192.0.2.7"]}"""),
            await FakeUpstream.StartAsync(),
            ("Gateway:Forwarding:TrustedIps:0", trusted));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/ai");
        request.Headers.Add("X-Real-IP", "192.0.2.7");
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("{}", "config: at least one of these fields must be non-empty: 'allow', 'deny'")]
    [InlineData("""{"allow":[],"deny":null}""", "config: at least one of these fields must be non-empty: 'allow', 'deny'")]
    [InlineData("""{"allow":["localhost"]}""", "config.allow.1: invalid ip or cidr range: 'localhost'")]
    [InlineData("""{"allow":["10.0.0.1"],"deny":["10/8"]}""", "config.deny.1: invalid ip or cidr range: '10/8'")]
    [InlineData("""{"deny":["2001:db8::/32"]}""", "")]
    public void Config_IsChecked(string config, string faults) => Assert.Equal(faults, PluginConfigs.Faults(Plugin, config));
}
