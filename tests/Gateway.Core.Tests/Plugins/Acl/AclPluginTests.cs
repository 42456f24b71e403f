using Gateway.Core.Configuration;
using Gateway.Core.Tests.Plugins.Authentication;
using Gateway.Core.Tests.Plugins.KeyAuth;
using Gateway.Shared.Contracts;
using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.Acl;

/// <summary>Ada is in the groups <c>blue</c> and <c>red</c>, and in the consumer groups <c>gold</c> and <c>silver</c>; Bob in none.</summary>
public sealed class AclPluginTests
{
    private const string Ada = "ada-key";
    private const string Bob = "bob-key";

    [Theory]
    [InlineData("""{"allow":["red"]}""", Ada, true)]
    [InlineData("""{"allow":["green","blue"]}""", Ada, true)]
    [InlineData("""{"allow":["green"]}""", Ada, false)]
    [InlineData("""{"allow":["Red"]}""", Ada, false)]
    [InlineData("""{"allow":["red"]}""", Bob, false)]
    [InlineData("""{"allow":["gold"]}""", Ada, false)]
    [InlineData("""{"allow":["gold"],"include_consumer_groups":true}""", Ada, true)]
    [InlineData("""{"allow":["gold"],"include_consumer_groups":true}""", Bob, false)]
    [InlineData("""{"deny":["green","red"]}""", Ada, false)]
    [InlineData("""{"deny":["green"]}""", Ada, true)]
    [InlineData("""{"deny":["Red"]}""", Ada, true)]
    [InlineData("""{"deny":["red"]}""", Bob, true)]
    [InlineData("""{"deny":["gold"],"include_consumer_groups":true}""", Ada, false)]
    public async Task Consumer_PassesByItsGroups(string config, string key, bool passes)
    {
        await using var scene = await StartAsync(config);
        var request = Get("/x", ("apikey", key));

        if (passes)
        {
            await scene.PassAsync(request);
        }
        else
        {
            Assert.Equal((403, "You cannot consume this service", ""), await scene.RefuseAsync(request));
            Assert.Equal("forbidden", (await scene.Host.NextRecordAsync()).OutcomeDetail);
        }
    }

    [Theory]
    [InlineData("""{"allow":["red"]}""")]
    [InlineData("""{"deny":["red"]}""")]
    public async Task Request_WithoutAConsumer_IsRefused(string config)
    {
        await using var scene = await AuthScene.StartAsync(WithGroups, ("acl", config));

        Assert.Equal((401, "Unauthorized", ""), await scene.RefuseAsync(Get("/x", ("apikey", Ada), ("X-Consumer-Groups", "red"))));
    }

    [Theory]
    [InlineData("""{"deny":["green"]}""", Ada, "blue, red")]
    [InlineData("""{"deny":["green"],"include_consumer_groups":true}""", Ada, "blue, red, gold, silver")]
    [InlineData("""{"deny":["green"],"hide_groups_header":true}""", Ada, null)]
    [InlineData("""{"deny":["green"]}""", Bob, null)]
    public async Task Upstream_LearnsTheGroups_AndNothingThatTheClientClaims(string config, string key, string? expected)
    {
        await using var scene = await StartAsync(config);

        var received = await scene.PassAsync(Get("/x", ("apikey", key), ("X-Consumer-Groups", "forged"), ("X-Authenticated-Groups", "forged")));

        Assert.Equal(expected, received.Headers.GetValueOrDefault("X-Consumer-Groups"));
        Assert.False(received.Headers.ContainsKey("X-Authenticated-Groups"));
    }

    [Theory]
    [InlineData("""{"allow":["visitors"]}""", true)]
    [InlineData("""{"allow":["red"]}""", false)]
    public async Task AnonymousConsumer_PassesByItsOwnGroups(string config, bool passes)
    {
        await using var scene = await AuthScene.StartAsync(WithGroups, ("key-auth", """{"anonymous":"guest"}"""), ("acl", config));

        if (passes)
        {
            Assert.Equal("visitors", (await scene.PassAsync(Get("/x"))).Headers["X-Consumer-Groups"]);
        }
        else
        {
            Assert.Equal(403, (await scene.RefuseAsync(Get("/x"))).Status);
        }
    }

    [Fact]
    public async Task Groups_ThatAClientClaims_StopAtAnAuthenticationPluginToo()
    {
        await using var scene = await AuthScene.StartAsync(WithGroups, ("key-auth", "{}"));

        var received = await scene.PassAsync(Get("/x", ("apikey", Ada), ("X-Consumer-Groups", "forged"), ("X-Authenticated-Groups", "forged")));

        Assert.False(received.Headers.ContainsKey("X-Consumer-Groups") || received.Headers.ContainsKey("X-Authenticated-Groups"));
    }

    [Theory]
    [InlineData("{}", "config: exactly one of these fields must be non-empty: 'allow', 'deny'")]
    [InlineData("""{"allow":[]}""", "config: exactly one of these fields must be non-empty: 'allow', 'deny'")]
    [InlineData("""{"allow":["a"],"deny":["b"]}""", "config: exactly one of these fields must be non-empty: 'allow', 'deny'")]
    [InlineData("""{"deny":["b"]}""", "")]
    public void Config_NamesEitherTheAllowedOrTheDenied(string config, string faults) =>
        Assert.Equal(faults, PluginConfigs.Faults("acl", config).Replace(".@entity.1", "", StringComparison.Ordinal));

    private static Task<AuthScene> StartAsync(string acl) => AuthScene.StartAsync(WithGroups, ("key-auth", "{}"), ("acl", acl));

    private static GatewayConfig WithGroups(GatewayConfig config)
    {
        var (gold, silver) = (Guid.NewGuid(), Guid.NewGuid());
        return KeyAuthScene.WithKeys(config) with
        {
            Acls = [Group(AuthScene.Ada, "red"), Group(AuthScene.Ada, "blue"), Group(Guest, "visitors")],
            ConsumerGroups = [new() { Id = silver, Name = "silver" }, new() { Id = gold, Name = "gold" }],
            ConsumerGroupMembers = [Member(silver), Member(gold)],
        };
    }

    private static AclConfig Group(ConsumerConfig consumer, string group) =>
        new() { Id = Guid.NewGuid(), Consumer = new EntityReference(consumer.Id), Group = group };

    private static ConsumerGroupMemberConfig Member(Guid group) =>
        new() { Id = Guid.NewGuid(), Consumer = new EntityReference(AuthScene.Ada.Id), ConsumerGroup = new EntityReference(group) };
}
