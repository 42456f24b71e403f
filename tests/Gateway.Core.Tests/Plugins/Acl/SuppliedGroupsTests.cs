using Gateway.Core.Configuration;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins;
using Gateway.Core.Plugins.Acl;
using Gateway.Core.Upstreams.Pools;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;
using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.Acl;

/// <summary>Groups that an authentication plugin supplies; no plugin of this build does yet.</summary>
public sealed class SuppliedGroupsTests
{
    [Theory]
    [InlineData(false, false, false, true, "X-Authenticated-Groups: theirs")]
    [InlineData(true, false, false, true, "X-Authenticated-Groups: theirs")]
    [InlineData(true, true, false, true, "X-Consumer-Groups: own")]
    [InlineData(true, true, true, true, "X-Authenticated-Groups: theirs")]
    [InlineData(true, true, true, false, "X-Consumer-Groups: own")]
    [InlineData(true, false, true, false, "X-Consumer-Groups: own")]
    public async Task Groups_Supplied_CountWithoutAConsumer_ForAnAnonymousOne_AndWhenConfigured(
        bool hasConsumer, bool hasCredential, bool always, bool supplies, string expected)
    {
        var context = Context(hasConsumer, hasCredential, supplies ? ["theirs"] : null);

        var result = await RunAsync(context, new AclPluginConfig { Deny = ["x"], AlwaysUseAuthenticatedGroups = always });

        Assert.Equal(PhaseResult.Continue, result);
        Assert.Equal(expected, string.Join('\n', context.Http.Request.Headers.Select(h => $"{h.Key}: {h.Value}")));
    }

    [Theory]
    [InlineData(false, 401)]
    [InlineData(true, 403)]
    public async Task Request_WithoutConsumerAndGroups_IsRefused(bool hasCredential, int status)
    {
        var context = Context(hasConsumer: false, hasCredential, null);

        Assert.Equal(PhaseResult.Answered, await RunAsync(context, new AclPluginConfig { Deny = ["x"] }));
        Assert.Equal(status, context.Http.Response.StatusCode);
    }

    private static async Task<PhaseResult> RunAsync(GatewayContext context, AclPluginConfig config)
    {
        Plugin plugin = new AclPlugin();
        return await plugin.AccessAsync(context, new PluginInstance
        {
            Id = Guid.NewGuid(),
            Name = "acl",
            Priority = 950,
            Declared = new PluginConfig { Name = "acl" },
            Plugin = plugin,
            Config = config,
            ConfigHash = "",
        });
    }

    private static GatewayContext Context(bool hasConsumer, bool hasCredential, string[]? supplied)
    {
        var config = GatewayConfig.Empty with
        {
            Consumers = [Ada],
            Acls = [new() { Id = Guid.NewGuid(), Consumer = new EntityReference(Ada.Id), Group = "own" }],
        };
        var snapshot = new GatewaySnapshot
        {
            Config = config,
            Consumers = new ConsumerDirectory(config),
            Upstreams = new UpstreamPools(config, null, TimeProvider.System),
            Router = null!,
            Plugins = new PluginPlan([]),
            PluginInstances = [],
        };
        var record = new RequestRecord { RequestId = "", StartedAtMs = 0, StartTimestamp = 0 };
        var context = new GatewayContext(new DefaultHttpContext(), snapshot, record, TimeProvider.System) { AuthenticatedGroups = supplied };
        context.Authenticate(hasConsumer ? Ada : null, hasCredential ? new CredentialInfo(Guid.NewGuid(), Ada.Id, "c") : null);
        return context;
    }
}
