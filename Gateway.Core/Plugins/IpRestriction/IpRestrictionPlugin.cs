using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.IpRestriction;

/// <summary>Lets only some client addresses pass.</summary>
[Plugin("ip-restriction", priority: 990, Protocols = ["grpc", "grpcs", "http", "https", "tcp", "tls"])]
internal sealed class IpRestrictionPlugin : Plugin<IpRestrictionConfig>
{
    protected override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, IpRestrictionConfig config)
    {
        var lists = instance.State.GetOrCreate(() => new AddressRules(new AddressList(config.Allow ?? []), new AddressList(config.Deny ?? [])));

        // Without an address nobody can say whether it is allowed.
        if (context.Http.Connection.RemoteIpAddress is { } address && lists.Allows(address))
        {
            return PhaseResult.Continue;
        }

        var message = config.Message ?? $"IP address not allowed: {context.Record.ClientIp}";
        await GatewayErrors.WriteAsync(context, new Refusal(Refusal.StatusOr(config.Status, StatusCodes.Status403Forbidden), message)
        {
            Detail = "address_refused",
        });
        return PhaseResult.Answered;
    }
}
