using Gateway.Core.Configuration;
using Gateway.Core.Tests.Pipeline;
using Gateway.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Plugins;

/// <summary>Who sets something that has no effect is told so, once.</summary>
public sealed class InertFieldsTests
{
    [Theory]
    [InlineData("key-auth", """{"key_names":["apikey"],"principals":null,"identity_realms":[]}""", null)]
    [InlineData("key-auth", """{"principals":{"enabled":false,"directory":"default","error_on_miss":true}}""", null)]
    [InlineData("key-auth", """{"principals":{"enabled":true,"directory":"mine"}}""", "principals.enabled, principals.directory")]
    [InlineData("key-auth", """{"identity_realms":[{"scope":"cp"}]}""", "identity_realms")]
    [InlineData("basic-auth", """{"brute_force_protection":{"strategy":"off","redis":{"port":6379}}}""", null)]
    [InlineData("basic-auth", """{"brute_force_protection":{"strategy":"memory","redis":{"port":6380}}}""", "brute_force_protection.strategy, brute_force_protection.redis.port")]
    public async Task Settings_WithoutEffect_AreNamedInTheLogOnce(string plugin, string settings, string? expected)
    {
        var log = new RecordingLog();
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(log)).AddGateway(new ConfigurationBuilder().Build());
        await using var provider = services.BuildServiceProvider();
        var builder = provider.GetRequiredService<SnapshotBuilder>();
        var config = GatewayHost.Config(plugin, settings);

        var first = builder.Build(config, null);
        builder.Build(config with { Plugins = [config.Plugins[0] with { Tags = ["t"] }] }, first);

        Assert.Equal(
            expected is null ? [] : [$"Plugin {plugin} ({config.Plugins[0].Id}) has settings without effect in this build: {expected}"],
            log.Lines);
    }
}
