using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Authentication;

/// <summary>
/// Base of the plugins that find out who is calling. Several of them on one route must all succeed; those with an anonymous consumer
/// are content when one of them, or an earlier one, did.
/// </summary>
internal abstract class AuthenticationPlugin<TConfig> : Plugin<TConfig>
    where TConfig : class, IAuthenticationConfig
{
    /// <summary>Looks for a credential and judges it.</summary>
    protected abstract ValueTask<AuthenticationResult> AuthenticateAsync(GatewayContext context, PluginInstance instance, TConfig config);

    protected sealed override async ValueTask<PhaseResult> AccessAsync(GatewayContext context, PluginInstance instance, TConfig config)
    {
        if (!config.RunOnPreflight && HttpMethods.IsOptions(context.Http.Request.Method))
        {
            IdentityHeaders.Write(context);
            return PhaseResult.Continue;
        }

        if (config.Anonymous is not null && context.Credential is not null)
        {
            return PhaseResult.Continue;
        }

        var result = await AuthenticateAsync(context, instance, config);
        if (result.Refusal is null)
        {
            context.Authenticate(result.Consumer, result.Credential);
        }
        else if (config.Anonymous is not { } name)
        {
            await RefuseAsync(context, result.Refusal, result.Body);
            return PhaseResult.Answered;
        }
        else if (context.Snapshot.Consumers.Find(name) is { } anonymous)
        {
            context.Authenticate(anonymous, null);
        }
        else
        {
            await GatewayErrors.WriteAsync(context, new Refusal(
                StatusCodes.Status500InternalServerError, $"anonymous consumer {name} is configured but doesn't exist")
            {
                Detail = "no_anonymous_consumer",
            });
            return PhaseResult.Answered;
        }

        IdentityHeaders.Write(context);
        return PhaseResult.Continue;
    }

    private static async ValueTask RefuseAsync(GatewayContext context, Refusal refusal, byte[]? body)
    {
        if (body is null)
        {
            await GatewayErrors.WriteAsync(context, refusal);
            return;
        }

        context.Record.OutcomeDetail = refusal.Detail;
        context.Record.ErrorMessage = refusal.Message;
        foreach (var (name, value) in refusal.Headers ?? [])
        {
            context.Http.Response.Headers[name] = value;
        }

        await GatewayAnswers.WriteAsync(context, refusal.Status, GatewayAnswers.Json, body);
    }
}
